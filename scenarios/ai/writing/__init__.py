"""A draft written by a model: which calls, side by side, and what becomes of answers that do not hold together.

`writer` is the face: outline, parts, changes, repairs. `desk` lets calls go out, with one budget of time and one stop
for all, and tells every call to the recorder; `crew` runs many of them at once. A piece of work is a generator that
yields calls and gets answers, so that everything but the calls themselves happens in the caller's thread.

`climbing` is the ladder of a question about parts: answer, repair, simpler prompt, mender; `outlining` is that of the
outline and of changes. `judging` says what is good about an answer, `draft` keeps what was accepted, `cutting` bounds
what goes back to a model. `foundation` gives the second day rows to stand on, `joining` checks the whole plan and sends
back what breaks a rule. `standing_in` is the built-in provider, the last rung; `fitting` fits its second day to rows
that are not its own.

`changing` and `following` find out what a wish changes and what has to be written again for it; `locks` puts back what
must not change. `records` is what is told of each call, `views` shows a growing outline, `notes` says in sentences what
happened.
"""
