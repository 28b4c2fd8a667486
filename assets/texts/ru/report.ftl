# Отчёты о том, что показал расчёт: страница и сводка книги.
report-in-short = Коротко
report-to-mind = На что обратить внимание
report-against = «{ $variant }» в сравнении с «{ $baseline }»
report-results = Результаты: «{ $variant }»
report-with-margin = { $about } ± половина интервала с уверенностью { $confidence }
report-per-case = среднее на одно обращение
report-workload = Кто сколько работает
report-workload-about = сотрудники и информационные системы в период измерения, среднее за расчёт
report-steps = На что уходит время граждан
report-steps-about = по шагам, среднее на одно обращение без дороги
report-segments = По группам населения
report-segments-about = время гражданина, среднее на одно обращение
report-persons = По каждому человеку
report-persons-about = одни и те же граждане с одинаковыми обстоятельствами; меньше и больше – более чем на минуту; доля
report-services = По услугам
report-of-a-run = среднее за расчёт
report-offer = Проактивное предложение
report-offer-about = от события до согласия, среднее за расчёт
report-facts = Сверка с опубликованными фактами
report-changes = Что меняется
# Как выполнен расчёт.
report-run = { $runs }; период измерения – { $horizon } после разогрева { $warmup }; начальное число { $seed }; интервалы с уверенностью { $confidence }.
report-replications = { $n ->
    [one] { $number } прогон
    [few] { $number } прогона
   *[many] { $number } прогонов
}
report-of-cases-each = { $n ->
    [one] примерно по { $number } обращению в каждом
    [few] примерно по { $number } обращения в каждом
   *[many] примерно по { $number } обращений в каждом
}
report-one-more-digit = { $n ->
    [one] Для точности вдесятеро выше понадобится примерно { $number } прогон.
    [few] Для точности вдесятеро выше понадобится примерно { $number } прогона.
   *[many] Для точности вдесятеро выше понадобится примерно { $number } прогонов.
}
report-stop-reached = Нужная точность достигнута.
report-stop-missed = Нужная точность НЕ достигнута при наибольшем разрешённом числе прогонов.
report-stop-cancelled = ОСТАНОВЛЕНО РАНЬШЕ СРОКА: здесь то, что было известно к этому времени.
report-assumptions = Допущений без источника: { $assumed } из { $figures } показателей, на которых основаны эти числа{ $listed }. Интервалы говорят о точности моделирования, а не о верности допущений.
report-assumptions-listed = ; они перечислены ниже вместе со всеми показателями
# Главные выводы: меньше, больше, столько же и сколько сейчас.
report-citizen_time-less = С вариантом «{ $variant }» гражданин тратит на { $amount } меньше своего времени
report-citizen_time-more = С вариантом «{ $variant }» гражданин тратит на { $amount } больше своего времени
report-citizen_time-same = С вариантом «{ $variant }» гражданин тратит не больше и не меньше своего времени
report-citizen_time-now = С вариантом «{ $variant }» гражданин тратит { $amount } своего времени
report-staff_time-less = Сотрудники тратят на одно обращение на { $amount } меньше
report-staff_time-more = Сотрудники тратят на одно обращение на { $amount } больше
report-staff_time-same = Сотрудники тратят на одно обращение не больше и не меньше времени
report-staff_time-now = Сотрудники тратят на одно обращение { $amount }
report-elapsed_time-less = От события до завершения проходит на { $amount } меньше календарного времени
report-elapsed_time-more = От события до завершения проходит на { $amount } больше календарного времени
report-elapsed_time-same = От события до завершения проходит не больше и не меньше календарного времени
report-elapsed_time-now = От события до завершения по календарю проходит { $amount }
report-visits-less = Гражданин совершает на { $amount } меньше визитов
report-visits-more = Гражданин совершает на { $amount } больше визитов
report-visits-same = Гражданин совершает не больше и не меньше визитов
report-visits-now = Визитов гражданина: { $amount }
report-documents_requested-less = У гражданина запрашивают на { $amount } меньше документов
report-documents_requested-more = У гражданина запрашивают на { $amount } больше документов
report-documents_requested-same = У гражданина запрашивают не больше и не меньше документов
report-documents_requested-now = Документов, которые запрашивают у гражданина: { $amount }
report-becomes = : было { $before }, станет { $after }
report-sure = , с уверенностью { $confidence } – { $range }
report-sure-exactly = , одинаково в каждом прогоне
report-relative-less = , на { $percent } меньше
report-relative-fewer = , на { $percent } меньше
report-relative-more = , на { $percent } больше
report-single = { $main } – в единственном прогоне, который не говорит, насколько это точно{ $becomes }.
report-unsure = { $main } – в этих прогонах{ $between }; прогонов слишком мало, чтобы быть уверенными{ $becomes }.
report-not-shown = { $main }, раньше { $before }: разница не показана{ $between }.
report-not-known = { $main }, насколько это показано{ $between }.
# Таблицы.
report-measure = Показатель
report-difference = Разница
report-interval = Интервал
report-verdict = Вердикт
report-better = лучше
report-worse = ХУЖЕ
report-different = отличается
report-no-difference = разница не показана
report-not-certain = пока не точно
report-not-tested = не проверено
report-mean = Среднее
report-half = Половина обращений – не более
report-nine-in-ten = 9 из 10 – не более
report-19-in-20 = 19 из 20 – не более
report-mean-and-most = { $mean }; 9 из 10 – не более { $most }
report-registry = { $name } (информационная система)
report-overloaded = ПЕРЕГРУЖЕНО
report-busy = загрузка
report-hours = отработано часов
report-wait = среднее ожидание
report-within-15 = ждали не более 15 мин
report-step = Шаг
report-more-steps = { $n ->
    [one] … и ещё { $number } шаг с меньшим временем.
    [few] … и ещё { $number } шага с меньшим временем.
   *[many] … и ещё { $number } шагов с меньшим временем.
}
report-name-offer = Предложение сообщением
report-name-all = Все граждане
report-segment = Группа населения
report-variant = Вариант
report-less = Тратят меньше своего времени
report-same = Столько же
report-more = Тратят больше
report-compared = Сравнено граждан
report-completed = оказано
report-within-term = в установленный срок
report-proactive = проактивно
report-elapsed = общий срок
report-cases = Обращений
report-of-before = От предыдущего этапа
report-of-first = От первого этапа
report-no-facts = Исследование не сверено ни с одним опубликованным фактом: ничто не показывает, насколько положение «как есть» близко к тому, что происходит сегодня.
report-fact = Факт
report-published = Опубликовано
report-met-within = Допуск
report-simulated = По модели
report-source = Источник
report-exactly = точно
report-from-to = от { $from } до { $to }
report-met = совпало
report-open = открыто: в допуск попадает интервал
report-not-met = НЕ совпало
report-not-run = не рассчитано
report-switched-off = выключено
report-draft = черновик
report-in-review = на рассмотрении
report-approved = одобрено
report-sent-back = возвращено
report-change-assumed = , допущение
report-law = Правовое основание: { $law }
# Остальное на странице.
report-pictures = В диаграммах
report-every-measure = Все показатели
report-every-measure-about = Среднее на одно обращение ± половина интервала, по обращениям, которые поступили в период измерения и завершились.
report-lean-on = На чём основаны числа
report-leaning = Показателей, на которых основаны эти числа: с источником – { $known }, допущений – { $assumed }. Интервалы говорят о точности моделирования, а не о верности допущений.
report-all-figures = Все показатели с источниками
report-figure = Показатель
report-figure-value = Значение
report-may-lie = Может лежать в пределах
report-note = Примечание
report-assumption = ДОПУЩЕНИЕ
report-study-notes = Примечания к исследованию
report-sources = Источники
report-made-by = Отчёт составлен программой { $program }.
# Диаграммы.
report-chart-citizen-time = Время гражданина
report-chart-part = время гражданина
report-chart-hours-a-case = часов на одно обращение, интервал с уверенностью { $confidence }
report-chart-elapsed = Куда уходят дни: из чего складывается общий срок обращения
report-chart-days-a-case = дней на одно обращение
report-chart-distribution = { $measure }: доля обращений не более этого
report-chart-hours = часы
report-chart-days = дни
report-chart-share = доля обращений, %
report-chart-half = половина за { $value }
report-chart-nine-in-ten = 9 из 10 за { $value }
report-chart-steps = Время гражданина по шагам, без дороги
report-chart-minutes-a-case = минут на одно обращение
report-chart-busy = Загрузка сотрудников
report-chart-of-shift = занято, % времени смены
report-chart-backlog = { $pool }: ожидающие обращения по дням
report-chart-day = день расчёта; день 0 – { $date }
report-chart-waiting = ожидает обращений, среднее за день
report-chart-week = { $pool }: неделя, { $variant }
report-chart-week-key = занято от 0 % до 100 %; бледное: на смене никого
report-chart-nobody = на смене никого
report-chart-hour-busy = занято { $busy }
report-chart-hour = { $busy }, на смене { $people }, ожидает { $queue }
# На что обратить внимание.
warning-few-precise = Нужная точность достигнута, прогонов: { $n }. Интервалы других показателей опираются на немногие значения; чтобы они стали уже, задайте точность выше или десять прогонов и больше.
warning-too-many-cases = Расчёт остановлен раньше срока: открыто сразу больше обращений, чем отведено памяти. Числа верны для времени до этого; целые даст более короткий период или достаточное число сотрудников.
warning-fault = { $n ->
    [one] { $what }: { $n } обращение, место – { $place }.
    [few] { $what }: { $n } обращения, место – { $place }.
   *[many] { $what }: { $n } обращений, место – { $place }.
}
fault-deadlock = Обращения ждут без конца: пути, который не приходит к слиянию, или сообщения, которое никто не отправляет
fault-no-way-out = Ни один путь из шлюза не подходит
fault-endless-loop = Обращения ходят по кругу, который не занимает времени
fault-too-many-ways = Обращения делятся сразу на слишком много путей
fault-too-deep = Процессы вложены друг в друга слишком глубоко
fault-uncaught-error = Возникает ошибка, которую ничто не обрабатывает
fault-never-served = Работа не может начаться: на смене не бывает никого, кто может её выполнить
