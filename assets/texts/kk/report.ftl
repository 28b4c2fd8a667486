# Есептеу не көрсеткені туралы есептер: бет және кітаптың жиынтығы.
report-in-short = Қысқаша
report-to-mind = Неге назар аудару керек
report-against = «{ $variant }» – «{ $baseline }» нұсқасымен салыстырғанда
report-results = Нәтижелер: «{ $variant }»
report-with-margin = { $about } ± { $confidence } сенімділік аралығының жартысы
report-per-case = бір өтінішке орташа
report-workload = Кім қанша жұмыс істейді
report-workload-about = өлшеу кезеңіндегі қызметкерлер мен ақпараттық жүйелер, есептеу бойынша орташа
report-steps = Азаматтардың уақыты неге кетеді
report-steps-about = қадамдар бойынша, жолсыз, бір өтінішке орташа
report-segments = Халық топтары бойынша
report-segments-about = азаматтың уақыты, бір өтінішке орташа
report-persons = Әр адам бойынша
report-persons-about = жағдайы бірдей сол азаматтар; аз және көп – бір минуттан артық; үлесі
report-services = Қызметтер бойынша
report-of-a-run = есептеу бойынша орташа
report-offer = Проактивті ұсыныс
report-offer-about = оқиғадан келісімге дейін, есептеу бойынша орташа
report-facts = Жарияланған деректермен салыстыру
report-changes = Не өзгереді
# Есептеу қалай орындалды.
report-run = { $runs }; өлшеу кезеңі – { $warmup } қыздырудан кейін { $horizon }; бастапқы сан { $seed }; аралықтардың сенімділігі { $confidence }.
report-replications = { $n ->
    [one] { $number } қайталау
   *[other] { $number } қайталау
}
report-of-cases-each = { $n ->
    [one] (әрқайсысында шамамен { $number } өтініш)
   *[other] (әрқайсысында шамамен { $number } өтініш)
}
report-one-more-digit = { $n ->
    [one] Он есе дәлірек болуы үшін шамамен { $number } қайталау керек.
   *[other] Он есе дәлірек болуы үшін шамамен { $number } қайталау керек.
}
report-stop-reached = Керекті дәлдікке жетті.
report-stop-missed = Рұқсат етілген ең көп қайталаумен де керекті дәлдікке ЖЕТПЕДІ.
report-stop-cancelled = МЕРЗІМІНЕН БҰРЫН ТОҚТАТЫЛДЫ: мұнда сол кезге дейін белгілі болғаны ғана.
report-assumptions = Бұл сандар негізделген { $figures } көрсеткіштің ішінде дереккөзі жоқ БОЛЖАМ: { $assumed }{ $listed }. Аралықтар болжамдардың растығын емес, модельдеудің дәлдігін көрсетеді.
report-assumptions-listed = ; олар төменде барлық көрсеткішпен бірге берілген
# Басты қорытындылар: аз, көп, сонша және қазір қанша.
report-citizen_time-less = «{ $variant }» нұсқасында азамат өз уақытын { $amount } аз жұмсайды
report-citizen_time-more = «{ $variant }» нұсқасында азамат өз уақытын { $amount } көп жұмсайды
report-citizen_time-same = «{ $variant }» нұсқасында азамат өз уақытын көп те, аз да жұмсамайды
report-citizen_time-now = «{ $variant }» нұсқасында азамат өз уақытынан { $amount } жұмсайды
report-staff_time-less = Қызметкерлер бір өтінішке { $amount } аз жұмсайды
report-staff_time-more = Қызметкерлер бір өтінішке { $amount } көп жұмсайды
report-staff_time-same = Қызметкерлер бір өтінішке көп те, аз да уақыт жұмсамайды
report-staff_time-now = Қызметкерлер бір өтінішке { $amount } жұмсайды
report-elapsed_time-less = Оқиғадан соңына дейін күнтізбе бойынша { $amount } аз өтеді
report-elapsed_time-more = Оқиғадан соңына дейін күнтізбе бойынша { $amount } көп өтеді
report-elapsed_time-same = Оқиғадан соңына дейін күнтізбе бойынша көп те, аз да уақыт өтпейді
report-elapsed_time-now = Оқиғадан соңына дейін күнтізбе бойынша { $amount } өтеді
report-visits-less = Азамат мекемеге { $amount } рет аз барады
report-visits-more = Азамат мекемеге { $amount } рет көп барады
report-visits-same = Азамат мекемеге көп те, аз да бармайды
report-visits-now = Азамат мекемеге { $amount } рет барады
report-documents_requested-less = Азаматтан { $amount } құжат аз сұралады
report-documents_requested-more = Азаматтан { $amount } құжат көп сұралады
report-documents_requested-same = Азаматтан құжат көп те, аз да сұралмайды
report-documents_requested-now = Азаматтан { $amount } құжат сұралады
report-becomes = : { $before } орнына { $after }
report-sure = , { $confidence } сеніммен { $range }
report-sure-exactly = , әр қайталауда бірдей
report-relative-less = , { $percent } аз
report-relative-fewer = , { $percent } аз
report-relative-more = , { $percent } көп
report-single = { $main } – жалғыз қайталауда, ол мұның қаншалықты дәл екенін айтпайды{ $becomes }.
report-unsure = { $main } – осы қайталауларда{ $between }; сенімді болу үшін қайталау тым аз{ $becomes }.
report-not-shown = { $main }, бұрын { $before }: айырма байқалмады{ $between }.
report-not-known = { $main }, көрсетілгені бойынша{ $between }.
# Кестелер.
report-measure = Көрсеткіш
report-difference = Айырма
report-interval = Аралық
report-verdict = Қорытынды
report-better = жақсырақ
report-worse = НАШАРЛАУ
report-different = өзгеше
report-no-difference = айырма байқалмады
report-not-certain = әзірге нақты емес
report-not-tested = тексерілмеді
report-mean = Орташа
report-half = Өтініштердің жартысы – ең көбі
report-nine-in-ten = Оннан тоғызы – ең көбі
report-19-in-20 = Жиырмадан он тоғызы – ең көбі
report-mean-and-most = { $mean }; оннан тоғызы – ең көбі { $most }
report-registry = { $name } (ақпараттық жүйе)
report-overloaded = ШАМАДАН ТЫС ЖҮКТЕЛГЕН
report-busy = жүктелуі
report-hours = жұмыс сағаты
report-wait = орташа күту
report-within-15 = ең көбі 15 мин күтті
report-step = Қадам
report-more-steps = { $n ->
    [one] … және уақыты одан аз тағы { $number } қадам.
   *[other] … және уақыты одан аз тағы { $number } қадам.
}
report-name-offer = Хабарлама арқылы ұсыныс
report-name-all = Барлық азамат
report-segment = Халық тобы
report-variant = Нұсқа
report-less = Өз уақытын аз жұмсайды
report-same = Сонша
report-more = Көп жұмсайды
report-compared = Салыстырылған азаматтар
report-completed = көрсетілді
report-within-term = белгіленген мерзімде
report-proactive = проактивті
report-elapsed = жалпы мерзім
report-cases = Өтініштер
report-of-before = Алдыңғы кезеңнен
report-of-first = Бірінші кезеңнен
report-no-facts = Зерттеу бірде-бір жарияланған дерекпен салыстырылмаған: қазіргі қалпы бүгінгі жағдайға қаншалықты жақын екенін ештеңе көрсетпейді.
report-fact = Дерек
report-published = Жарияланған
report-met-within = Рұқсат шегі
report-simulated = Модель бойынша
report-source = Дереккөз
report-exactly = дәл
report-from-to = { $from } … { $to }
report-met = сәйкес
report-open = ашық: шекке аралық жетеді
report-not-met = сәйкес ЕМЕС
report-not-run = есептелмеген
report-switched-off = өшірілген
report-draft = жоба
report-in-review = қаралуда
report-approved = мақұлданды
report-sent-back = қайтарылды
report-change-assumed = , болжам
report-law = Құқықтық негізі: { $law }
# Беттің қалғаны.
report-pictures = Диаграммаларда
report-every-measure = Барлық көрсеткіш
report-every-measure-about = Бір өтінішке орташа ± аралықтың жартысы, өлшеу кезеңінде түсіп, аяқталған өтініштер бойынша.
report-lean-on = Сандар неге негізделген
report-leaning = Бұл сандар негізделген көрсеткіштер: дереккөзі бары – { $known }, болжам – { $assumed }. Аралықтар болжамдардың растығын емес, модельдеудің дәлдігін көрсетеді.
report-all-figures = Барлық көрсеткіш дереккөздерімен
report-figure = Көрсеткіш
report-figure-value = Мәні
report-may-lie = Мына шектерде болуы мүмкін
report-note = Ескертпе
report-assumption = БОЛЖАМ
report-study-notes = Зерттеудің ескертпелері
report-sources = Дереккөздер
report-made-by = Есепті { $program } бағдарламасы жасады.
# Диаграммалар.
report-chart-citizen-time = Азаматтың уақыты
report-chart-part = азаматтың уақыты
report-chart-hours-a-case = бір өтінішке сағат, { $confidence } сенімділік аралығымен
report-chart-elapsed = Күндер неге кетеді: өтініштің жалпы мерзімі неден құралады
report-chart-days-a-case = бір өтінішке күн
report-chart-distribution = { $measure }: осыдан аспайтын өтініштер үлесі
report-chart-hours = сағат
report-chart-days = күн
report-chart-share = өтініштер үлесі, %
report-chart-half = жартысы { $value } ішінде
report-chart-nine-in-ten = оннан тоғызы { $value } ішінде
report-chart-steps = Қадамдар бойынша азаматтың уақыты, жолсыз
report-chart-minutes-a-case = бір өтінішке минут
report-chart-busy = Қызметкерлердің жүктелуі
report-chart-of-shift = бос емес, ауысым уақытының %-ы
report-chart-backlog = { $pool }: күн сайын күтіп тұрған өтініштер
report-chart-day = есептеу күні; 0-күн – { $date }
report-chart-waiting = күтіп тұрған өтініштер, күндік орташа
report-chart-week = { $pool }: апта, { $variant }
report-chart-week-key = 0 % … 100 % бос емес; бозғылт: ауысымда ешкім жоқ
report-chart-nobody = ауысымда ешкім жоқ
report-chart-hour-busy = { $busy } бос емес
report-chart-hour = { $busy }, ауысымда { $people }, күтуде { $queue }
# Неге назар аудару керек.
warning-few-precise = { $n } қайталаумен керекті дәлдікке жетті. Басқа көрсеткіштердің аралықтары аз мәнге сүйенеді; тарылту үшін дәлдікті арттырыңыз немесе он не одан көп қайталау орындаңыз.
warning-too-many-cases = Есептеу мерзімінен бұрын тоқтатылды: бірден ашық өтініштер саны бөлінген жадтан асты. Сандар соған дейінгі уақыт үшін дұрыс; қысқа кезең немесе жеткілікті қызметкер толық сан береді.
warning-fault = { $n ->
    [one] { $what }: { $n } өтініш, орны – { $place }.
   *[other] { $what }: { $n } өтініш, орны – { $place }.
}
fault-deadlock = Өтініштер шексіз күтеді: қосылуға ешқашан жетпейтін жолды немесе ешкім жібермейтін хабарды
fault-no-way-out = Шлюзден шығатын бірде-бір жол жарамайды
fault-endless-loop = Өтініштер уақыт алмайтын шеңбермен айналады
fault-too-many-ways = Өтініштер бірден тым көп жолға бөлінеді
fault-too-deep = Процестер бір-біріне тым терең кірген
fault-uncaught-error = Ештеңе өңдемейтін қате пайда болады
fault-never-served = Жұмыс бастала алмайды: оны орындай алатын ешкім ауысымда болмайды
