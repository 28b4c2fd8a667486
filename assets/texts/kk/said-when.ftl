# Шарт қателері.
said-when-empty = Шарт бос.
said-when-do-empty = Салыстыруды жазыңыз, мысалы { $example }.
said-when-stray = Бұл жабатын жақшаның ашатыны жоқ.
said-when-after = Аяқталған салыстырудан кейін { $what } тұр.
said-when-do-join-close = Салыстыруларды and не or сөзімен жалғаңыз немесе жақшаны жабыңыз.
said-when-do-join = Салыстыруларды and не or сөзімен жалғаңыз.
said-when-the-word = «{ $word }» сөзі
said-when-the-name = «{ $word }» аты
said-when-the-sign = { $sign } белгісі
said-when-opening = ашатын жақша
said-when-closing = жабатын жақша
said-when-single-equals = Жалғыз «=» ештеңені салыстырмайды.
said-when-do-equals = == («тең») деп жазыңыз.
said-when-single-not = Жалғыз «!» мұнда белгісіз.
said-when-do-not = not немесе != («тең емес») деп жазыңыз.
said-when-sign = «{ $sign }» белгісі мұнда белгісіз.
said-when-do-and = and деп жазыңыз.
said-when-do-or = or деп жазыңыз.
said-when-character = «{ $sign }» таңбасы мұнда белгісіз.
said-when-do-made-of = Шарт аттардан, сандардан, 'сөздерден', салыстырулардан, жақшалардан, and, or, not сөздерінен тұрады.
said-when-quote = { $found } жерінде ашылған тырнақша жабылмаған.
said-when-do-quote = Оны { $sign } таңбасымен жабыңыз.
said-when-deep = Жақшалар мен not { $n } деңгейден терең.
said-when-do-deep = Ертерек қадамда белгі беріп, соны сұраңыз.
said-when-open = Мұнда ашылған жақша жабылмаған.
said-when-do-open = Жабатын жақша қосыңыз.
said-when-before-closes = Жақша жабылар алдында { $what } тұр.
said-when-stands = { $what } тұр
said-when-ends-here = шарт бітеді
said-when-do-compare = { $name } немен салыстырылатынын жазыңыз, мысалы { $example }.
said-when-do-one-of = == != < <= > >= белгілерінің бірін және немен салыстыруды жазыңыз.
said-when-should-follow = { $left } соңынан салыстыру болуы керек, бірақ { $what }.
said-when-in-a-row = Қатар екі салыстыру тұр.
said-when-do-in-a-row = and сөзімен жалғанған екі салыстыру жазыңыз: { $example }.
said-when-ends = Шарт салыстырылатын нәрсе тұруы керек жерде бітеді.
said-when-neither-date = { $text } — ұзақтық та, күн де емес.
said-when-do-neither-date = Қос тырнақшада ұзақтықтар { $examples } мен күндер { $dates } тұрады; сөздер — дара тырнақшада.
said-when-instead = Салыстырылатын нәрсе орнында — { $what }.
said-when-do-instead = Ат, сан, 'сөз', visits(қадам), has(құжат) деп жазыңыз.
said-when-not-number = «{ $text }» — сан да, ұзақтық та емес.
said-when-do-not-number = 2, 0.5, 3d не 90min деп жазыңыз; сөздер — дара тырнақшада.
said-when-bracket = { $name } соңында жабатын жақша жоқ.
