/ Functions, their arguments and their locals.
q)f:{x+2*y}
q)f[1;2]
5
q)f[1] 2
5
q)f[;2] 1
5
q){x*x} 4
16
q){x*x} 1 2 3
1 4 9
q){[a;b;c]a+b*c}[1;2;3]
7
q){z}[1;2;3]
3
q){[]42}[]
42
q){42}[]
42
q){x}
{x}
q){a:x;b:a+1;a*b} 3
12
q){a:5;{x}a}1
5
q){x;}1
q){:x;99} 7
7
q){if[x>5;:`big];`small} 9
`big
q){if[x>5;:`big];`small} 2
`small
q)a:10
q){a+x}1
11
q){a::x;a} 5
5
q)a
5
q){[a]a:a+1;a} 1
2
q)a
5
q)f:{$[x<2;x;.z.s[x-1]+.z.s x-2]}
q)f 12
144
q)f each til 8
0 1 1 2 3 5 8 13
q){x y}[neg;3]
-3
q){x+y}[1;2;3]
'rank
q){x+y}[1]
{x+y}[1]
q)g:{x+y}[10]
q)g 5
15
q)g each 1 2 3
11 12 13
q)(neg;abs)@\:-3
3 3

/ Composition.
q)h:'[neg;+]
q)h[1;2]
-3
q)(neg abs@) -3
-3
q)k:sum abs@
q)k -1 -2 3
6

/ Conditions and loops.
q)$[1b;`yes;`no]
`yes
q)$[0;`yes;`no]
`no
q)$[0b;1;0b;2;3]
3
q)$[`a;1;2]
'type
q)i:0
q)do[3;i+:2]
q)i
6
q)while[i>0;i-:1]
q)i
0
q)if[1b;i:7]
q)i
7
q)r:()
q)do[3;r,:count r]
q)r
0 1 2
q)[a:3;a*2]
6

/ Assignment.
q)a:b:3
q)a+b
6
q)a+:10
q)a
13
q)a-:1;a
12
q)x:1 2 3
q)x[1]:20
q)x
1 20 3
q)x[0 2]:7
q)x
7 20 7
q)x[1]+:5
q)x
7 25 7
q)x,:9
q)x
7 25 7 9
q)m:(1 2;3 4)
q)m[0;1]:9
q)m
1 9
3 4
q)m[;0]:7
q)m
7 9
7 4
q)d:`a`b!1 2
q)d[`b]:5
q)d[`c]:6
q)d
a| 1
b| 5
c| 6
q)d[`a]+:10
q)d
a| 11
b| 5
c| 6
q)x[0]:1.5
'type
q)x[10]:1
'length
q)t:([]a:1 2;b:3 4)
q)t[`a]:10 20
q)t
a  b
----
10 3
20 4
q)t[0;`b]:99
q)t
a  b 
-----
10 99
20 4 
q).ns.v:5
q).ns.v
5
q).ns.f:{x+.ns.v}
q).ns.f 1
6
q).ns
 | ::
f| {x+.ns.v}
v| 5
q)key `.ns
``f`v

/ Amending.
q)@[1 2 3;1;:;9]
1 9 3
q)@[1 2 3;0 2;+;10]
11 2 13
q)@[1 2 3;0 2;+;10 20]
11 2 23
q)@[1 2 3;1;neg]
1 -2 3
q)@[`a`b!1 2;`a;+;5]
a| 6
b| 2
q).[(1 2;3 4);1 0;:;9]
1 2
9 4
q).[(1 2;3 4);(0 1;1);*;10]
1 20
3 40
q).[1 2;();,;3]
1 2 3
q)@[`x;0;:;100]
`x
q)x
100 25 7 9
q)@[([]a:1 2);`a;neg]
a 
--
-1
-2

/ Applying.
q)@[neg;1]
-1
q).[+;1 2]
3
q){x,y} . 1 2
1 2
q)neg@3
-3
q)(+) . 1 2
3
q).[{x+y+z};1 2 3]
6

/ Errors and trapping them.
q)'oops
'oops
q)'"a text"
'a text
q){'x} "boom"
'boom
q)@[{1+`a};0;`caught]
`caught
q)@[{'x};"boom";{"got ",x}]
"got boom"
q).[+;(1;`a);{x}]
"type"
q).[{x%y};1 0;`no]
0w
q)@[value;"1+";{x}]
+[1]
q)@[value;"nosuch";{x}]
"nosuch"
q).Q.trp[{'x};"boom";{[e;b]"trapped ",e}]
"trapped boom"
q)1+nosuch
'nosuch
q)1+
+[1]
q)(1
'(
q)"abc
'"
q){x
'{
q)1 2 3 4 + 1 2
'length

q){ [a;b] a+b}[1;2]
3
q)(value .Q.trp)1
`x`y`z
q).Q.trp[{value x};"1+`a";{[e;b](e;.Q.trp~first first b 2;b[0;1;3];b[0;2])}]
"type"
1b
"1+`a"
1
q)- . 5 3
2
q)in . (2;1 2 3)
1b
q)+ @ 1
+[1]

/ A verb that ends an expression is composed with what is before it.
q)f:0|+
q)f[3;-5]
0
q)0(0|+)\3 -5 2
3 0 2
q)(neg 1+)@3
-4
q)h:('[;])over(neg;sqrt;+)
q)h[9;7]
-4f
q)('[;])/[(count;distinct;,)][1 2;2 3]
3

/ A dot that touches a bracket applies; with a namespace's name after it, it does not.
q)(!).flip((`a;1);(`b;2))
a| 1
b| 2
q)(,').(1 2;3 4)
1 3
2 4
q){x-y}.reverse 3 10
7
q)f:{x,y}
q)f[1].Q.n
1
"0"
"1"
"2"
"3"
"4"
"5"
"6"
"7"
"8"
"9"
q)(::).Q.n
"0123456789"

/ Only symbols and strings are signalled.
q)@[{'x};"up";{x}]
"up"
q)@[{'x};`up;{x}]
"up"
q)@[{'x};"u";{x}]
"stype"
q)@[{'x};1;{x}]
"stype"
q)@[{'x};enlist"u";{x}]
,"u"

/ A remark may stand right after a function's brace.
q)value "{/ half of it\n x%2}[9]"
4.5

/ A name that was assigned as a global is no local variable after that.
q){a::1;a:1}
'a
q){a:1;a::2;a}[]
2

/ A lambda of a namespace travels with its name, and finds its variables when it is back.
q).calc.rate:3
q)value".calc.pay:1"
1
q)\d .calc
q)due:{x*rate}
q)\d .
q)10#-8!.calc.due
0x010000001c0000006463
q)(-9!-8!.calc.due) 5
15
q)value .calc.due
()
,`x
`symbol$()
`calc`rate
"{x*rate}"
q)value"{",(";"sv string 2+til 241),"}"
'limit
q)count value"{",(";"sv 300#enlist"7"),"}"
1
q)value"{",(":v"sv enlist["v"],string til 111),":0}"
'locals
q)value"{",("::g"sv enlist["g"],string til 111),"::0}"
'globals
q)value"{if[1;",(65024#"0;"),"]}"
'branch
