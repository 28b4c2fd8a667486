# Faults of a condition.
said-when-empty = The condition is empty.
said-when-do-empty = Write a comparison, as { $example }.
said-when-stray = This closing bracket has no opening one.
said-when-after = After a complete comparison stands { $what }.
said-when-do-join-close = Join comparisons with 'and' or 'or', or close the bracket.
said-when-do-join = Join comparisons with 'and' or 'or'.
said-when-the-word = the word '{ $word }'
said-when-the-name = the name `{ $word }`
said-when-the-sign = the sign { $sign }
said-when-opening = an opening bracket
said-when-closing = a closing bracket
said-when-single-equals = A single '=' compares nothing.
said-when-do-equals = Write == for 'equal'.
said-when-single-not = A single '!' is not known here.
said-when-do-not = Write 'not', or != for 'not equal'.
said-when-sign = The sign '{ $sign }' is not known here.
said-when-do-and = Write 'and'.
said-when-do-or = Write 'or'.
said-when-character = The character '{ $sign }' is not known here.
said-when-do-made-of = Conditions are made of names, numbers, 'words', comparisons, brackets, and, or, not.
said-when-quote = The quote that begins at { $found } is never closed.
said-when-do-quote = Close it with { $sign }.
said-when-deep = Brackets and 'not' are nested more than { $n } deep.
said-when-do-deep = Set an attribute at an earlier step and ask for that.
said-when-open = The bracket that opens here is never closed.
said-when-do-open = Add a closing bracket.
said-when-before-closes = Before the bracket closes stands { $what }.
said-when-stands = stands { $what }
said-when-ends-here = the condition ends
said-when-do-compare = Say what { $name } is compared with, as { $example }.
said-when-do-one-of = Write one of == != < <= > >= and what to compare with.
said-when-should-follow = After { $left } a comparison should follow, but { $what }.
said-when-in-a-row = Two comparisons stand in a row.
said-when-do-in-a-row = Write two comparisons joined with 'and': { $example }.
said-when-ends = The condition ends where something to compare should stand.
said-when-neither-date = { $text } is neither a duration nor a date.
said-when-do-neither-date = In double quotes stand durations { $examples } and dates { $dates }; words stand in single quotes.
said-when-instead = Where something to compare should stand is { $what }.
said-when-do-instead = Write a name, a number, a 'word', visits(step), has(document).
said-when-not-number = '{ $text }' is neither a number nor a duration.
said-when-do-not-number = Write 2, 0.5, 3d or 90min; words stand in single quotes.
said-when-bracket = After { $name } the closing bracket is missing.
