# Ошибки условия.
said-when-empty = Условие пусто.
said-when-do-empty = Напишите сравнение, например { $example }.
said-when-stray = У этой закрывающей скобки нет открывающей.
said-when-after = После законченного сравнения стоит { $what }.
said-when-do-join-close = Соедините сравнения словами and или or либо закройте скобку.
said-when-do-join = Соедините сравнения словами and или or.
said-when-the-word = слово «{ $word }»
said-when-the-name = имя «{ $word }»
said-when-the-sign = знак { $sign }
said-when-opening = открывающая скобка
said-when-closing = закрывающая скобка
said-when-single-equals = Одно «=» ничего не сравнивает.
said-when-do-equals = Напишите == («равно»).
said-when-single-not = Одно «!» здесь ничего не значит.
said-when-do-not = Напишите not или != («не равно»).
said-when-sign = Знак «{ $sign }» здесь ничего не значит.
said-when-do-and = Напишите and.
said-when-do-or = Напишите or.
said-when-character = Знак «{ $sign }» здесь ничего не значит.
said-when-do-made-of = Условие состоит из имён, чисел, 'слов', сравнений, скобок, and, or, not.
said-when-quote = Кавычка, открытая на { $found }, не закрыта.
said-when-do-quote = Закройте её знаком { $sign }.
said-when-deep = Вложенность скобок и not больше { $n }.
said-when-do-deep = Задайте признак на более раннем шаге и спрашивайте его.
said-when-open = Открытая здесь скобка не закрыта.
said-when-do-open = Добавьте закрывающую скобку.
said-when-before-closes = Перед закрытием скобки стоит { $what }.
said-when-stands = стоит { $what }
said-when-ends-here = условие кончается
said-when-do-compare = Напишите, с чем сравнивается { $name }, например { $example }.
said-when-do-one-of = Напишите одно из == != < <= > >= и с чем сравнить.
said-when-should-follow = После { $left } должно быть сравнение, но { $what }.
said-when-in-a-row = Подряд стоят два сравнения.
said-when-do-in-a-row = Напишите два сравнения, соединённых словом and: { $example }.
said-when-ends = Условие кончается там, где должно стоять сравниваемое.
said-when-neither-date = { $text } — не длительность и не дата.
said-when-do-neither-date = В двойных кавычках стоят длительности { $examples } и даты { $dates }; слова — в одинарных.
said-when-instead = Там, где должно стоять сравниваемое, — { $what }.
said-when-do-instead = Напишите имя, число, 'слово', visits(шаг), has(документ).
said-when-not-number = «{ $text }» — не число и не длительность.
said-when-do-not-number = Напишите 2, 0.5, 3d или 90min; слова — в одинарных кавычках.
said-when-bracket = После { $name } нет закрывающей скобки.
