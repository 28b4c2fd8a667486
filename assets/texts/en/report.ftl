# Reports of what a run has found: the page, the workbook's summary, and the table of the command line.
report-in-short = IN SHORT
report-to-mind = WHAT TO MIND
report-against = { $variant } AGAINST { $baseline }
report-results = RESULTS · { $variant }
report-with-margin = { $about } ± half the { $confidence } interval
report-per-case = mean per case
report-workload = WHO WORKS HOW MUCH
report-workload-about = staff and registries in the measured window, mean of a run
report-steps = WHERE CITIZENS' TIME GOES
report-steps-about = by step, mean per case without travel
report-segments = BY SEGMENT
report-segments-about = citizen's time, mean per case
report-persons = PERSON BY PERSON
report-persons-about = the same citizens with the same luck; less and more by over a minute; share
report-services = BY SERVICE
report-of-a-run = mean of a run
report-offer = THE OFFER
report-offer-about = from trigger to consent, mean of a run
report-facts = PUBLISHED FACTS
report-changes = WHAT CHANGES
# How it was run.
report-run = { $runs }; { $horizon } measured after a warm-up of { $warmup }; seed { $seed }; intervals at { $confidence }.
report-replications = { $n ->
    [one] { $number } replication
   *[other] { $number } replications
}
report-of-cases-each = { $n ->
    [one] of about { $number } case each
   *[other] of about { $number } cases each
}
report-one-more-digit = { $n ->
    [one] Ten times as exact would take about { $number } replication.
   *[other] Ten times as exact would take about { $number } replications.
}
report-stop-reached = The precision asked for is reached.
report-stop-missed = The precision asked for is NOT reached with the most replications allowed.
report-stop-cancelled = STOPPED EARLY: this is what was known by then.
report-assumptions = { $assumed } of the { $figures } figures behind these numbers are ASSUMPTIONS without a source{ $listed }. The intervals say how exact the simulation is, not how true the assumptions are.
report-assumptions-listed = ; they are listed with all figures further on
# Headline sentences: less, more, neither, and so much now.
report-citizen_time-less = With “{ $variant }” a citizen spends { $amount } less of their own time
report-citizen_time-more = With “{ $variant }” a citizen spends { $amount } more of their own time
report-citizen_time-same = With “{ $variant }” a citizen spends neither more nor less of their own time
report-citizen_time-now = With “{ $variant }” a citizen spends { $amount } of their own time
report-staff_time-less = Staff works { $amount } less a case
report-staff_time-more = Staff works { $amount } more a case
report-staff_time-same = Staff works neither more nor less a case
report-staff_time-now = Staff works { $amount } a case
report-elapsed_time-less = From the event to the end it takes { $amount } less by the calendar
report-elapsed_time-more = From the event to the end it takes { $amount } more by the calendar
report-elapsed_time-same = From the event to the end it takes neither more nor less by the calendar
report-elapsed_time-now = From the event to the end it takes { $amount } by the calendar
report-visits-less = A citizen makes { $amount } fewer journeys to an office
report-visits-more = A citizen makes { $amount } more journeys to an office
report-visits-same = A citizen makes neither more nor less journeys to an office
report-visits-now = A citizen makes { $amount } journeys to an office
report-documents_requested-less = A citizen is asked for { $amount } fewer documents
report-documents_requested-more = A citizen is asked for { $amount } more documents
report-documents_requested-same = A citizen is asked for neither more nor less documents
report-documents_requested-now = A citizen is asked for { $amount } documents
report-becomes = : { $before } becomes { $after }
report-sure = , { $confidence } sure of { $range }
report-sure-exactly = , exactly
report-relative-less = , { $percent } less
report-relative-fewer = , { $percent } fewer
report-relative-more = , { $percent } more
report-single = { $main } in a single run, which says nothing of how sure that is{ $becomes }.
report-unsure = { $main } in these runs{ $between }: too few replications to be sure{ $becomes }.
report-not-shown = { $main }, before { $before }: no difference shown{ $between }.
report-not-known = { $main } as far as is shown{ $between }.
# Tables.
report-measure = measure
report-difference = difference
report-interval = interval
report-verdict = verdict
report-better = better
report-worse = WORSE
report-different = different
report-no-difference = no difference shown
report-not-certain = not certain yet
report-not-tested = not tested
report-mean = mean
report-half = half of cases at most
report-nine-in-ten = 9 in 10 at most
report-19-in-20 = 19 in 20 at most
report-mean-and-most = { $mean }; 9 in 10 at most { $most }
report-registry = { $name } (registry)
report-overloaded = OVERLOADED
report-busy = busy share
report-hours = hours worked
report-wait = mean wait
report-within-15 = waited at most 15 min
report-step = step
report-more-steps = { $n ->
    [one] … and { $number } step with less.
   *[other] … and { $number } steps with less.
}
report-name-offer = Offer by message
report-name-all = All citizens
report-segment = segment
report-variant = variant
report-less = spend less of their time
report-same = the same
report-more = spend more
report-compared = citizens compared
report-completed = completed
report-within-term = within term
report-proactive = proactive
report-elapsed = elapsed
report-cases = cases
report-of-before = of the stage before
report-of-first = of the first
report-no-facts = No published fact is held against this study: nothing shows how near its as-is comes to what happens today.
report-fact = fact
report-published = published
report-met-within = met within
report-simulated = simulated
report-source = source
report-exactly = exactly
report-from-to = { $from } to { $to }
report-met = met
report-open = open: the interval reaches it
report-not-met = NOT met
report-not-run = not run
report-switched-off = switched off
report-draft = draft
report-in-review = in review
report-approved = approved
report-sent-back = sent back
report-change-assumed = , assumption
report-law = Law: { $law }
# The rest of the page.
report-pictures = In pictures
report-every-measure = Every measure
report-every-measure-about = Mean per case ± half the interval, over the cases that arrived in the measured window and came to their end.
report-lean-on = What the numbers lean on
report-leaning = { $known } of the figures behind these numbers have a source, { $assumed } are assumptions. The intervals say how exact the simulation is, not how true the assumptions are.
report-all-figures = All figures with their sources
report-figure = figure
report-figure-value = value
report-may-lie = may lie between
report-note = note
report-assumption = ASSUMPTION
report-study-notes = Notes of the study
report-sources = Sources
report-made-by = Made by { $program }.
# Charts.
report-chart-citizen-time = Citizen's time
report-chart-part = citizen's time
report-chart-hours-a-case = hours a case, with the { $confidence } interval
report-chart-elapsed = Where the days go: what a case's elapsed time divides into
report-chart-days-a-case = days a case
report-chart-distribution = How many cases take at most how long: { $measure }
report-chart-hours = hours
report-chart-days = days
report-chart-share = % of cases
report-chart-half = half the cases { $value }
report-chart-nine-in-ten = nine in ten { $value }
report-chart-steps = Citizen's time by step, without travel
report-chart-minutes-a-case = minutes a case
report-chart-busy = How busy staff are
report-chart-of-shift = % of their time on shift
report-chart-backlog = How many wait for { $pool }
report-chart-day = day of the run; day 0 is { $date }
report-chart-waiting = waiting, mean of the day
report-chart-week = The week of { $pool }: { $variant }
report-chart-week-key = 0 % to 100 % busy; pale: nobody on shift
report-chart-nobody = nobody on shift
report-chart-hour-busy = { $busy } busy
report-chart-hour = { $busy }, { $people } on shift, { $queue } waiting
# What to mind, beside what the window says itself.
warning-few-precise = The precision asked for was reached with { $n } replications. Intervals of other measures rest on few values; ask for a finer precision, or for ten replications or more, to narrow them.
warning-too-many-cases = Runs were cut short, because more cases were in flight at once than memory is granted for. The numbers hold for the time before; a shorter horizon, or enough capacity, gives whole ones.
warning-fault = { $n ->
    [one] { $what }: { $n } case, at { $place }.
   *[other] { $what }: { $n } cases, at { $place }.
}
fault-deadlock = Cases wait for ever, for a way that never comes to a join or for a message that nobody sends
fault-no-way-out = No way out of a gateway applies
fault-endless-loop = Cases go round in a loop that takes no time
fault-too-many-ways = Cases split into more ways at once than makes sense
fault-too-deep = Processes enter each other deeper than makes sense
fault-uncaught-error = An error is raised that nothing catches
fault-never-served = Work can never begin, because nobody who can do it is ever on shift
