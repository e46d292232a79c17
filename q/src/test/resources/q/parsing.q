/ What parse makes of a text; eval undoes it.

q)parse"2*x+1"
*
2
(+;`x;1)
q)parse"x:5"
:
`x
5
q)parse"x::5"
::
`x
5
q)parse"x+:1"
+:
`x
1
q)parse"x[2]:7"
:
(`x;2)
7
q)parse"f[1;;2]"
`f
1

2
q)parse"neg x"
-:
`x
q)parse"sum x"
sum
`x
q)parse"x<>y"
~=
`x
`y
q)parse"x<=y"
~>
`x
`y
q)parse"a`b"
`a
,`b
q)parse"`a`b"
a b
q)parse"(1;x)"
enlist
1
`x
q)parse"()"
()
q)parse"\"text\""
"text"
q)parse"{x+1}y"
{x+1}
`y
q)parse"+/[x]"
(/;+)
`x
q)parse"x f\\:y"
(\:;`f)
`x
`y
q)parse"(-)x"
-:
`x
q)parse"a;b"
";"
`a
`b
q)parse":x"
:
`x
q)parse"'`bad"
'
,`bad
q)parse"$[a;b;c]"
$
`a
`b
`c
q)parse"if[a;b;c]"
`if
`a
`b
`c
q)parse"while[a;b]"
`while
`a
`b
q)parse"([]a:1 2)"
+:
(!;,,`a;(enlist;1 2))
q)parse"([k:1 2]a:x)"
!
(+:;(!;,,`k;(enlist;1 2)))
(+:;(!;,,`a;(enlist;`x)))
q)parse"select from t"
?
`t
()
0b
()
q)parse"select a,b:2*c from t where d>1,e=`x"
?
`t
,((>;`d;1);(=;`e;,`x))
0b
`a`b!(`a;(*;2;`c))
q)parse"select max a by b from t"
?
`t
()
(,`b)!,`b
(,`a)!,(max;`a)
q)parse"select[3] from t"
?
`t
()
0b
()
3
q)parse"select[3;<a] from t"
?
`t
()
0b
()
3
,(<:;`a)
q)parse"select distinct a from t"
?
`t
()
1b
(,`a)!,`a
q)parse"exec a from t"
?
`t
()
()
,`a
q)parse"exec a by b from t"
?
`t
()
,`b
,`a
q)parse"update a:1 from t where b"
!
`t
,,`b
0b
(,`a)!,1
q)parse"delete a from t"
!
`t
()
0b
,,`a
q)parse"delete from t where a=1"
!
`t
,,(=;`a;1)
0b
`symbol$()
q)parse"select a by a from t"
'dup names for cols/groups a
q)parse"1+"
+
1
q)parse")"
')
q)t:([]a:3 1 2;b:`x`y`x)
q)eval parse"select from t where a>1"
a b
---
3 x
2 x
q)eval parse"select sum a by b from t"
b| a
-| -
x| 5
y| 1
q)eval parse"select[1;>a] from t"
a b
---
3 x
q)eval parse"update c:2*a from t"
a b c
-----
3 x 6
1 y 2
2 x 4
q)eval parse"delete b from t"
a
-
3
1
2
q)eval parse"z:1+1"
2
q)z
2
q)eval parse"([]p:1 2)"
p
-
1
2
q)eval(+;1;(*;2;3))
7
q)eval(+;`z;1)
3
q)eval enlist`z
`z
q)eval(`z)
2
q)reval parse"1+1"
2

/ An operator in parentheses before its only argument is its unary form; k) makes them all so.

q)(#)1 2 3
3
q)(-)5
-5
q)(%)4
0.25
q)($)1 2
,"1"
,"2"
q)(+)(1 2;3 4)
1 3
2 4
q)k)#1 2 3
3
q)k)+/!5
10
q)k)|`a`b`c
`c`b`a
q)k)?1 1 2
1 2
q)k)-5
-5
q)k)2-1
1
q)k){+/x}1 2 3
6

/ k knows the words that have no sign by name, unless a variable is called so.

q)k)`a in`a`b
1b
q)k)last 1 2 3
3
q)k){[last]last+1}[3]
4
q)k)count 1 2 3
'count

q)parse"exec max a by b>1 from t"
?
`t
()
,(>;`b;1)
,(max;`a)
q)t:([]a:1 2 3;b:1 1 2)
q)eval parse"exec max a by b>1 from t"
0| 2
1| 3
q)eval parse"exec a from t where b=1"
1 2

/ A tree of an assignment assigns.
q)eval parse"n::5"
5
q)n
5
q)eval parse"n+:2"
7
q)n
7
q)eval parse"m:1 2 3"
1 2 3
q)eval parse"m[1]:9"
9
q)m
1 9 3
q)eval parse"m[0 2]*:2"
2
q)m
2 9 6
q)eval(:;`m;`a`b)
`a`b
q)m
`a`b
