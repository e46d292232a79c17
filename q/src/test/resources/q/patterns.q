/ Taking values apart: several names at once.
q)(bid;ask):99.5 100.5
q)ask-bid
1f
q)(sym;(px;qty)):(`AAPL;(101.25;300))
q)px*qty
30375f
q)(one;two;three):1 2
'length
q)(one;two;three):`x`y`z
q)three
`z
q)one:5;(one;7):6 8
'match
q)one
5

/ A value is handed on as it was, or as functions changed it.
q)both:(lo;hi):3 9
q)both
3 9
q)hi
9
q)scaled:(lo;:10*):3 9
q)scaled
3 90
q)lo
3

/ Nothing matches anything; a constant matches itself.
q)(head;;tail):1 2 3
q)head,tail
1 3
q)(1;word):(1;`one)
q)word
`one
q)(1;word):(2;`two)
'match
q)word
`one
q)(`on):`off
'match

/ Items of what is there already.
q)levels:10 20 30
q)(levels[1]):25
q)levels
10 25 30
q)(levels[0];levels[2]):1 3
q)levels
1 25 3

/ Types: a small letter for an atom, a capital for a list.
q)(n:`j):5
q)n
5
q)(n:`j):5i
'type
q)(:`S):`a`b
q)(:`S):`a
'type
q)((open;close):`F):1.5 2.5
q)close
2.5

/ Functions that a value goes through first.
q)(up:upper):`abc
q)up
`ABC
q)(total:sum):1 2 3
q)total
6

/ Dictionaries and tables.
q)([host;port:p]):`host`port`user!(`local;5010;`joe)
q)host
`local
q)p
5010
q)([host:;nowhere:q]):`host`port!(`local;5010)
'match
q)(`a`b!(first1;second1)):`a`b`c!10 20 30
q)second1
20
q)(names!vals):`x`y!1 2
q)names
`x`y
q)vals
1 2
q)([]price:pr):([]sym:`a`b;price:1.5 2.5)
q)pr
1.5 2.5
q)([sym:keycol]size:sz):([sym:`a`b]price:1.5 2.5;size:100 200)
q)keycol
`a`b
q)sz
100 200
q)(flip([sym:syms])):([]sym:`a`b;price:1.5 2.5)
q)syms
`a`b
q)(r1;r2):([]a:1 2;b:3 4)
q)r2
a| 2
b| 4

/ As parameters; a name that a pattern sets in a function is local.
q)spread:{[(b;a);scale]scale*a-b}
q)spread[99.5 100.5;10]
10f
q)mid:{(b;a):x;.5*a+b}
q)mid 99.5 100.5
100f
q)b
'b
q)area:{[w:`f;h:`f]w*h}
q)area[2f;3f]
6f
q)area[2;3f]
'type
q)second:{[;y]y}
q)second[1;2]
2
q){[x;]x}[3;4]
3
q){[([sym;size])]size*2}`sym`size!(`a;50)
100
q){[x:abs]sqrt x} -16
4f

/ The first pattern that matches decides.
q)kind:{:[x;n:`j;"long ",string n;(a;b);"a pair";`none;"nothing";"other"]}
q)kind 5
"long 5"
q)kind 1 2
"a pair"
q)kind`none
"nothing"
q)kind 1.5
"other"
q)kind each(7;`none;(1;`x))
"long 7"
"nothing"
"a pair"

/ As parse trees.
q)parse"(a;b):1 2"
:
(enlist;`a;`b)
1 2
q)eval parse"(left;right):`l`r"
`l`r
q)right
`r
q)(value{[(a;b);c]a+c})1
``c
q)(value{[(a;b);c]a+c})2
`a`b

/ Under iterators and as projections.
q)weigh:{[acc;(px;qty)]acc+px*qty}
q)weigh/[0;(2 10;3 100)]
320
q)weigh\[0;(2 10;3 100)]
20 320
q)weigh[1]each(2 3;4 5)
7 21
q)weigh[;5 6]2
32
q){(a;b):x;a}each(1 2;3 4)
1 3
q){([]px:p;qty:n):x;n wavg p}([]px:1 2f;qty:3 1)
1.25
