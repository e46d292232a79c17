/ v::x at the top level is a view: computed when referred to, again when an input is another.

q)price:10 20 30
q)total::sum price
q)total
60
q)price:1 2 3
q)total
6
q)twice::2*total
q)twice
12
q)price,:4
q)twice
20
q)\b
`s#`total`twice
q)\B
,`twice
q)views[]
`s#`total`twice
q)view`total
"sum price"
q)view`price
'type
q){made::5}[]
5
q)made
5
q)later::missing+1
q)later
'missing
q)missing:1
q)later
2
q).z.b
missing| later
price  | total
total  | twice

/ A step function answers for a key that is not there with the one before it.

q)tax:`s#0 1000 5000!0 10 20
q)tax 500 1000 7000
0 10 20
q)tax -1
0N
q)tax
0   | 0
1000| 10
5000| 20
q)level:`s#([from:2020.01.01 2021.01.01]rate:1.5 2.5)
q)level 2020.06.01
rate| 1.5
q)level 2020.06.01 2021.06.01
rate
----
1.5 
2.5 
q)([]from:2020.03.01 2022.01.01) lj level
from       rate
---------------
2020.03.01 1.5 
2022.01.01 2.5 
q)`tax upsert 1 2
'step
q)attr key tax
`s
q)itself::$[flag;1;itself+1]
q)flag:0b
q)itself
'loop
q)flag:1b
q)itself
1
q)flag:0b
q)itself
2

/ A view's text has no remark; all of its line is the view's.
q)area::width*height / in metres
q)value"volume::depth; area*depth"
q)view`area
"width*height"
q)view`volume
"depth; area*depth"
q)width:2;height:3;depth:5
q)volume
30
q)nothing::width;
q)nothing
q)nothing~(::)
1b
q)value"one::1;two::2"
2
q)one+two
3

/ In its namespace it stands as itself, with its last value, parse tree, what it depends on and text.
q)spare::height-width
q).Q.s`. `spare
"height-width\n"
q)value`. `spare
::
(-;`height;`width)
`height`width
"height-width"
q)spare
1
q)first value`. `spare
1
q)height:9
q)first value`. `spare
q)1+spare
8
q)rows:([]w:1 2 3)
q)wide::select from rows where w>=width
q)(value`. `wide)2
,`rows
q)wide
w
-
2
3
q)width:3
q)wide
w
-
3
q)v::w::v
'loop
q)v::w+1
q)w:4
q)v
5
