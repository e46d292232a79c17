/ Expressions of every kind, in a row.

q)abs -1.0 0N -3
1 0n 3
q)all 0101b
0b
q)any (0b;1 2)
11b
q)all ([]c1:til 5;c2:1 1 0 1 1)
c1| 0
c2| 0
q)ap:aj[`sym`time;([]time:10:01:01 10:01:03;sym:`msft`ibm;qty:100 200);([]time:10:01:00 10:01:02;sym:`ibm`ibm;px:100 99)]
q)ap
time     sym  qty px
--------------------
10:01:01 msft 100   
10:01:03 ibm  200 99
q)asc ([]a:3 4 1;b:`a`d`s)
a b
---
1 s
3 a
4 d
q)asc `a`c`b!2 0 1
c| 0
b| 1
a| 2
q)asc (3 1;2 2;`a)
2 2
3 1
`a
q)asc "hello"
`s#"ehllo"
q)desc `b`a!1 2
a| 2
b| 1
q)`a xasc ([]a:3 1 2;b:1 2 3)
a b
---
1 2
2 3
3 1
q)-3!`a xasc ([]a:3 1 2;b:1 2 3)
"+`a`b!(`s#1 2 3;2 3 1)"
q)iasc 2 1 3
1 0 2
q)idesc (1 2;3 4;1)
1 0 2
q)rank 2 7 3 2 5
0 4 2 1 3
q)([]time:1 2 3;px:4 5 6) asof enlist[`time]!enlist 2
px| 5
q)avg 1 2 0N 3
2f
q)avg (1 2;0N 4)
0n 3
q)avg `a`b!1 3
2f
q)avg ([]a:1 2;b:3 4)
a| 1.5
b| 3.5
q)avgs 1 2 3 4
1 1.5 2 2.5
q)10 mavg til 5
0 0.5 1 1.5 2
q)1 2 3 wavg 4 5 6
5.333333
q)0 2 4 6 bin 1 2 3 4 5 7
0 1 1 2 2 3
q)0 2 4 6 binr 1 2 3 4 5
1 1 2 2 3
q)"ace" bin "b"
0
q)ceiling -2.1 0 2.1
-2 0 3
q)ceiling 2010.01.01T12:00
2010.01.02
q)("abc";"de";"f") 1
"de"
q)((1 2 3);4 5) . 0 1
2
q)cols ([]a:1 2;b:3 4)
`a`b
q)29 10 54 cor 1 3 9
0.7727746
q)2 3 5 7 cov 3 3 5 9
4.5
q)scov[2 3 5 7;4 3 0 2]
-2.416667
q)1 2 3 cross 10 20
1 10
1 20
2 10
2 20
3 10
3 20
q)([]a:1 2) cross ([]b:`x`y)
a b
---
1 x
1 y
2 x
2 y
q)count ([]a:1 2 3)
3
q)count each ("abc";1 2)
3 2
q)2 4 9 cut til 10
2 3
4 5 6 7 8
,9
q)4 cut til 10
0 1 2 3
4 5 6 7
8 9
q)0 2 cut "hello"
"he"
"llo"
q)10 20!30 40
10| 30
20| 40
q)delete a from ([]a:1 2;b:3 4)
b
-
3
4
q)delete from ([]a:1 2;b:3 4) where a=1
a b
---
2 4
q)a:1
q)a
1
q)deltas 1 4 9 16
1 3 5 7
q)0 deltas 1 2 3
'type
q)deltas 2000.01.05 2000.01.09
4 4i
q)dev 10 343 232 55
134.3484
q)sdev 10 343 232 55
155.1322
q)1 mdev 1 2 3
0 0 0f
q)differ 1 1 2 3 3
10110b
q)differ ([]a:1 1 2)
101b
q)distinct (1 2;1 2;3 4)
1 2
3 4
q)distinct ([]a:1 1;b:2 2)
a b
---
1 2
q)7 div 2
3
q)-7 div 2
-4
q)7 div 2 -2
3 -4
q)10 mod 3
1
q)-10 mod 3
2
q)7 mod 2.5
2f
q)r
'r
q)1 _ 1 2 3
2 3
q)-1 _ 1 2 3
1 2
q)2 3 _ til 10
,2
3 4 5 6 7 8 9
q)`a`b _ ([]a:1 2;b:3 4;c:5 6)
c
-
5
6
q)(enlist`a) _ `a`b!1 2
b| 2
q)(`a`b!1 2) _ `a
b| 2
q)1 2 3 _ 1
1 3
q)"abc" _ 1
"ac"
q)each[count;("abc";1 2)]
3 2
q)(count')(1 2;3)
2 1
q)1 2 3 +/: 10 20
11 12 13
21 22 23
q)ej[`sym;([]sym:`a`b;x:1 2);([]sym:`a`a;y:3 4)]
sym x y
-------
a   1 3
a   1 4
q)ema[1%3;1 2 3 4 5]
1 1.333333 1.888889 2.592593 3.395062
q)enlist `a`b!1 2
a b
---
1 2
q)enlist[1;2;3]
1 2 3
q){x}enlist 1
,1
q)1 2 3 except 2
1 3
q)"wow" except "o"
"ww"
q)exec a from ([]a:1 2;b:3 4)
1 2
q)exec a,b from ([]a:1 2;b:3 4)
a| 1 2
b| 3 4
q)exec sum b by a from ([]a:1 1 2;b:3 4 5)
1| 7
2| 5
q)exec (a;b) from ([]a:1 2;b:3 4)
1 2
3 4
q)exec distinct a from ([]a:1 1)
,1
q)exec first a by b:b from ([]a:1 2;b:3 4)
b| 
-| -
3| 1
4| 2
q)exec a:sum a,b:max b by c from ([]a:1 2;b:3 4;c:`x`y)
 | a b
-| ---
x| 1 3
y| 2 4
q)exp 0 1 2
1 2.718282 7.389056
q)2 xexp 3 4
8 16f
q)-2 xexp 2 0.5
0n 0n
q)fby[(sum;1 2 3);`a`b`a]
4 2 4
q)0^1 0N 3
1 0 3
q)1 2 3^0N 5 0N
1 5 3
q)(`a`b!1 2)^`b`c!0N 3
a| 1
b| 2
c| 3
q)fills 0N 1 0N 2
0N 1 1 2
q)fills `a``b
`a`a`b
q)(1 2 3;4 5 6)?4 5 6
1
q)(1 2 3;4 5 6)?(4 5 6;1 2 3)
1 0
q)10 20 30?20 99
1 3
q)([]a:1 2;b:3 4)?(2;4)
1
q)([]a:1 2;b:3 4)?`a`b!2 4
1
q)(`a`b!10 20)?20
`b
q)first ([]a:1 2)
a| 1
q)first `a`b!1 2
1
q)first ()
()
q)last each (1 2;3 4)
2 4
q)flip (1 2;3 4;`a`b)
1 3 `a
2 4 `b
q)flip `a`b!(1 2;3 4)
a b
---
1 3
2 4
q)flip ([]a:1 2;b:3 4)
a| 1 2
b| 3 4
q)flip (1 2 3;4)
1 4
2 4
3 4
q)floor 2.7 -2.7
2 -3
q)get `a
1
q)group "mississippi"
m| ,0
i| 1 4 7 10
s| 2 3 5 6
p| 8 9
q)group ([]a:1 1 2;b:`x`x`y)
a b| 
---| ---
1 x| 0 1
2 y| ,2
q)group `a`b`c!1 2 1
1| `a`c
2| ,`b
q)gtime 2000.01.01D
2000.01.01D00:00:00.000000000
q)ij[([]s:`a`b;x:1 2);([s:`a`c]y:3 4)]
s x y
-----
a 1 3
q)1 in 1 2
1b
q)(1 2;3) in (1 2;4)
10b
q)1 2 in 2 3
01b
q)"x" in "abc"
0b
q)`t insert (1;2)
't
q)t:([]a:();b:())
q)`t insert (1;2)
,0
q)t
a b
---
1 2
q)`t insert ((3 4);5 6)
1 2
q)`t insert `b`a!8 7
,3
q)insert[`t;([]a:9 10;b:11 12)]
4 5
q)t
a  b 
-----
1  2 
3  4 
5  6 
7  8 
9  11
10 12
q)1 2 3 inter 3 2 7
2 3
q)inv (1 2f;3 4f)
-2  1
1.5 -0.5
q)key `a`b!1 2
`a`b
q)key 5
0 1 2 3 4
q)key ([k:1 2]v:3 4)
k
-
1
2
q)keys ([k:1 2]v:3 4)
,`k
q)1!([]a:1 2;b:3 4)
a| b
-| -
1| 3
2| 4
q)0!([k:1 2]v:3 4)
k v
---
1 3
2 4
q)`a xkey ([]a:1 2;b:3 4)
a| b
-| -
1| 3
2| 4
q)2#"abc"
"ab"
q)(`a`b`c!1 2 3)[`a`z]
1 0N
q)`abc like "a*"
1b
q)("abc";"xyz") like "a*"
10b
q)`a`b!("abc";"xyz")
a| "abc"
b| "xyz"
q)(`a`b!("abc";"xyz")) like "a*"
a| 1
b| 0
q)"abc" like "a?c"
1b
q)"a[c" like "a[[]c"
1b
q)([]a:1 2;b:3 4) lj ([a:1 3]b:10 30;c:100 300)
a b  c  
--------
1 10 100
2 4     
q)log 0.5 1
-0.6931472 0
q)10 xlog 100
2f
q)lower "ABC"
"abc"
q)(1 2f;3 4f) mmu (1 2f;3 4f)
7  10
15 22
q)max 1 0N 3
3
q)max "abc"
"c"
q)maxs 1 3 2 5
1 3 3 5
q)3 mmax 1 3 2 0 0
1 3 3 3 2
q)3 mcount 0 1 0N 3
1 2 2 2i
q)md5 "abc"
0x900150983cd24fb0d6963f7d28e17f72
q)med 10 34 23 123
28.5
q)meta ([]a:1 2;b:("ab";"c");c:`x`y;d:(1;`a);e:1 2f)
c| t f a
-| -----
a| j    
b| C    
c| s    
d|      
e| f    
q)min 2 1
1
q)neg 1 -2
-1 2
q)neg 1b
-1i
q)next 1 2 3
2 3 0N
q)prev 1 2 3
0N 1 2
q)2 xprev 1 2 3 4
0N 0N 1 2
q)not 1 0 2
010b
q)null 0N 1
10b
q)null `a``b
010b
q)parse "1+2"
+
1
2
q)parse "a:5"
:
`a
5
q)parse "f[x;y]"
`f
`x
`y
q)parse "{x+y}"
{x+y}
q)parse "select from t"
?
`t
()
0b
()
q)parse "exec a from t where b=`x"
?
`t
,,(=;`b;,`x)
()
,`a
q)parse "update a:1 from t"
!
`t
()
0b
(,`a)!,1
q)parse "delete a from t"
!
`t
()
0b
,,`a
q)parse "delete from t where a=1"
!
`t
,,(=;`a;1)
0b
`symbol$()
q)parse "select[5;>a] from t"
?
`t
()
0b
()
5
,(>:;`a)
q)parse "select distinct a from t"
?
`t
()
1b
(,`a)!,`a
q)parse "a[1]:2"
:
(`a;1)
2
q)parse "a+:1"
+:
`a
1
q)parse "$[a;b;c]"
$
`a
`b
`c
q)parse "if[a;b]"
`if
`a
`b
q)parse "x:1;y:2"
";"
(:;`x;1)
(:;`y;2)
q)parse "(1;2)"
enlist
1
2
q)parse "(a;b)"
enlist
`a
`b
q)parse "`a"
,`a
q)parse "\"abc\""
"abc"
q)parse "f each x"
k){x'y}
`f
`x
q)parse "x f' y"
(';`f)
`x
`y
q)parse "a::5"
::
`a
5
q)parse ":x"
:
`x
q)parse "'x"
'
`x
q)parse "a . b"
.
`a
`b
q)parse "a@b"
@
`a
`b
q)parse "not x"
~:
`x
q)parse "a<>b"
~=
`a
`b
q)parse "til count x"
til
(#:;`x)
q)prd 2 3 4
24
q)prds 2 3 4
2 6 24
q)ratios 1 2 4
1 2 2f
q)raze (1 2;3 4)
1 2 3 4
q)raze `a`b!(1 2;3)
1 2 3
q)raze ("abc";"d")
"abcd"
q)raze 1
,1
q)reciprocal 2 0
0.5 0w
q)reverse `a`b!1 2
b| 2
a| 1
q)2 rotate 1 2 3 4
3 4 1 2
q)select from ([]a:1 2 3) where a>1
a
-
2
3
q)parse "a[1]:2"
:
(`a;1)
2
q)parse "a+:1"
+:
`a
1
q)parse "if[a;b]"
`if
`a
`b
q)parse "select[5;>a] from t"
?
`t
()
0b
()
5
,(>:;`a)
q)t:([]a:3 1 2)
q)eval parse "select[2;>a] from t"
a
-
3
2
q)eval parse "select[2] from t"
a
-
3
1
q)eval parse "b:5"
5
q)b
5
q)parse "([]a:1 2;b:x)"
+:
(!;,`a`b;(enlist;1 2;`x))
q)eval parse "([]a:1 2;b:3 4)"
a b
---
1 3
2 4
q)select[2] from t
a
-
3
1
q)select[<a] from t
a
-
1
2
3
q)select[1 2] from t
a
-
1
2
q)select a from t where a=max a
a
-
3
q)select a, b:2*a from t where a within 1 2
a b
---
1 2
2 4
q)1 sublist 1 2 3
,1
q)1 1 sublist 1 2 3
,2
q)-2 sublist 1 2 3
2 3
q)sqrt 4 2
2 1.414214
q)signum -2 0 3
-1 0 1i
q)ss["hello";"l"]
2 3
q)"We the people" ss "[eo]"
1 5 8 9 12
q)ssr["abc";"b";"x"]
"axc"
q)ssr["hello";"l";upper]
"heLLo"
q)string `a`b!1 2
a| ,"1"
b| ,"2"
q)string ([]a:1 2)
a   
----
,"1"
,"2"
q)string (1;`a;"x";2 3)
,"1"
,"a"
,"x"
(,"2";,"3")
q)string {x}
"{x}"
q)string (+)
,"+"
q)string 0b
,"0"
q)string 0x01
"01"
q)string 12:34
"12:34"
q)string "abc"
,"a"
,"b"
,"c"
q)sum 1 2 0N
3
q)sum (1 2;3 4)
4 6
q)sum `a`b!1 2
3
q)sums 1 2 3
1 3 6
q)sums (1 2;3 4)
1 2
4 6
q)svar 2 3 5
2.333333
q)tan 0.5
0.5463025
q)`date$2000.01.01D12
2000.01.01
q)til 3
0 1 2
q)trim "  a b "
"a b"
q)ltrim "  a"
,"a"
q)type 1
-7h
q)type each (1b;1h;1i;1;1e;1f;"a";`a;2000.01m;2000.01.01;12:00;12:00:00;12:00:00.000;0D;2000.01.01D;2000.01.01T)
-1 -5 -6 -7 -8 -9 -10 -11 -13 -14 -17 -18 -19 -16 -12 -15h
q)type ([]a:1 2)
98h
q)type (`a`b!1 2)
99h
q)type {x}
100h
q)([]a:1 2) uj ([]b:3 4)
a b
---
1  
2  
  3
  4
q)([k:1 2]a:1 2) uj ([k:2 3]b:3 4)
k| a b
-| ---
1| 1  
2| 2 3
3|   4
q)ungroup ([]a:1 2;b:(1 2;3 4))
a b
---
1 1
1 2
2 3
2 4
q)1 2 union 2 3
1 2 3
q)update a:10 from ([]a:1 2;b:3 4) where b=3
a  b
----
10 3
2  4
q)update c:a+b by a from ([]a:1 1 2;b:3 4 5)
a b c
-----
1 3 4
1 4 5
2 5 7
q)upper `abc
`ABC
q)`t upsert enlist 9
`t
q)t
a
-
3
1
2
9
q)([k:1 2]v:3 4) upsert (2;9)
k| v
-| -
1| 3
2| 9
q)([k:1 2]v:3 4) upsert ([k:2 3]v:8 9)
k| v
-| -
1| 3
2| 8
3| 9
q)([]a:1 2) upsert ([]a:3 4)
a
-
1
2
3
4
q)var 1 2 3
0.6666667
q)?[1011b;1 2 3 4;10 20 30 40]
1 20 3 4
q)?[110b;`a;`b`c`d]
`a`a`d
q)vs[",";"a,b"]
,"a"
,"b"
q)"|" vs "a|b"
,"a"
,"b"
q)`vs
`vs
q)where 0110b
1 2
q)where 2 0 1
0 0 2
q)where `a`b!2 1
`a`a`b
q)where `a`b!01b
,`b
q)1 within 0 2
1b
q)1 2 5 within (0 1 2;3 3 3)
110b
q)`b within `a`c
1b
q)t:([]time:10:00 10:01 10:02;sym:`a`a`a;p:1 2 3)
q)`a`b xasc ([]a:2 1 1;b:1 2 0)
a b
---
1 0
1 2
2 1
q)3 xbar til 10
0 0 0 3 3 3 6 6 6 9
q)0.5 xbar 1.2 1.7
1 1.5
q)5 xbar 11:23
11:20
q)0D00:05 xbar 2000.01.01D10:07
2000.01.01D10:05:00.000000000
q)`x`y xcol ([]a:1 2;b:3 4)
x y
---
1 3
2 4
q)(enlist[`a]!enlist`z) xcol ([]a:1 2;b:3 4)
z b
---
1 3
2 4
q)`b xcols ([]a:1 2;b:3 4)
b a
---
3 1
4 2
q)`a xdesc ([]a:1 3 2)
a
-
3
2
1
q)xexp[2;10]
1024f
q)`a xgroup ([]a:1 1 2;b:3 4 5)
a| b  
-| ---
1| 3 4
2| ,5 
q)`a`b xkey ([]a:1 2;b:3 4;c:5 6)
a b| c
---| -
1 3| 5
2 4| 6
q)xlog[2;8]
3f
q)2 xprev `a`b`c
```a
q)xrank[2;1 2 3 4]
0 0 1 1
q)4 xrank 30 10 40 20 90
1 0 2 0 3
q)xrank[3;til 9]
0 0 0 1 1 1 2 2 2
q)`a`b!1 2
a| 1
b| 2
q)x:10
q)x+:5
q)x
15
q)x,:1
'type
q)x
15
q)d:`a`b!1 2
q)d[`c]:3
q)d
a| 1
b| 2
c| 3
q)d+:1
q)d
a| 2
b| 3
c| 4
q)m:3 3#til 9
q)m[1;1]:100
q)m
0 1   2
3 100 5
6 7   8
q)m[;0]
0 3 6
q)m[0 1;1 2]
1   2
100 5
q)m . 1 1
100
q)f:{[a;b] c:a+b; c*2}
q)f[1;2]
6
q)f[1]
{[a;b] c:a+b; c*2}[1]
q)f[1] 2
6
q){x*y}[2] each 1 2 3
2 4 6
q){$[x>1;`big;x=1;`one;`small]} each 0 1 2
`small`one`big
q){if[x>1;:`early];`late} each 1 2
`late`early
q){do[3;x*:2];x} 1
8
q){while[x<100;x*:2];x} 1
128
q)@[{'`oops};1;{"caught ",x}]
"caught oops"
q).[{x+y};(1;`a);{x}]
"type"
q)@[1 2 3;1;+;10]
1 12 3
q)@[1 2 3;0 2;:;10 20]
10 2 20
q)@[`a`b!1 2;`a;neg]
a| -1
b| 2
q).[m;(0;1);:;99]
0 99  2
3 100 5
6 7   8
q)'err
'err
q)'"my error"
'my error
q)1+`a
'type
q)1 2+1 2 3
'length
q)foo
'foo
q)(1;2
'(
q)1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29..
q)([]a:til 30)
a 
--
0 
1 
2 
3 
4 
5 
6 
7 
8 
9 
10
11
12
13
14
15
16
17
18
19
..
q)100#"abc"
"abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabca..
q)1e10 1e-10 123456.789
1e+10 1e-10 123456.8
q)1%3
0.3333333
q)0n 0w -0w
0n 0w -0w
q)1b
1b
q)0x00ff
0x00ff
q)"a"
"a"
q)`
`
q)``a
``a
q)()
()
q)(();1)
()
1
q)(1 2;`a`b)
1 2
a b
q)((1;2 3);"x")
(1;2 3)
"x"
q)`a`b!(1 2;"xy")
a| 1 2
b| x y
q)(enlist `a)!enlist 1 2
a| 1 2
q)([a:1 2]b:3 4)
a| b
-| -
1| 3
2| 4
q)1 2!(`a`b!1 2;3)
1| `a`b!1 2
2| 3
q){x}
{x}
q){x+y}[1]
{x+y}[1]
q)(+)
+
q)(+/)
+/
q)+/[1 2]
3
q)neg
-:
q)max
max
q)avg
avg
q)(1+)
+[1]
q)'[neg;abs]
-:abs
q)`a`b!({x};+)
a| {x}
b| +
q)(::)
q)2000.01.01 2000.01.02
2000.01.01 2000.01.02
q)2000.01m
2000.01m
q)12:00:00.000000000
0D12:00:00.000000000
q)0Nd 2000.01.01
0Nd 2000.01.01
q)0Np
0Np
q)0x
`byte$()
q)0#0
`long$()
q)0#`
`symbol$()
q)`int$()
`int$()
q)enlist "a"
,"a"
q)1 0N 2
1 0N 2
q)1i 2i
1 2i
q)1 2h
1 2h
q)0N 0W
0N 0W
q)1.0
1f
q)1 2f
1 2f
q)1e
1e
q)-1
-1
q)- 1
'-
q)neg 1
-1
q)2-1
1
q)2 -1
2 -1
q)2 - 1
1
q)1-2-3
2
q)2*3+4
14
q)(2*3)+4
10
q)count[1 2]+1
3
q)til[3] 1
1
q)"abc"[1]
"b"
q)"abc" 1 2
"bc"
q)`a`b`c?`b
1
q)undefinedSoFar+:5
q)undefinedSoFar
5
q)namesSoFar,:`a
q)namesSoFar
,`a
q)productSoFar*:3f
q)neverDefined-:2 3
q)(productSoFar;neverDefined)
3f
-2 -3
