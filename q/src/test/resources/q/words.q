/ A line or more for each word that had few.

q)acos 1 0.5
0 1.047198
q)asin 1 0.5
1.570796 0.5235988
q)tan 0 1
0 1.557408
q)0.1*floor 10*cos 0 1
1 0.5
q)gtime 2024.03.05D10
2024.03.05D10:00:00.000000000
q)ltime 2024.03.05D10
2024.03.05D10:00:00.000000000
q)hsym`a`b
`:a`:b
q)show 1 2
1 2
q)a:3
q)get`a
3
q)get"1+1"
2
q)xrank[2;40 10 30 20]
1 0 1 0
q)4 xrank til 8
0 0 1 1 2 2 3 3
q)3 xrank`a`b`c!1 2 3
a| 0
b| 1
c| 2
q)(enlist 1 2f)lsq(1 0f;0 1f)
1 2
q)(1 0f;0 1f)mmu 5 6f
5 6f
q)inv(2 0f;0 4f)
0.5 0
0   0.25
q)ijf[([]k:`a`b;v:1 2);([k:`a`c]v:9 8)]
k v
---
a 9
q)([]k:`a`b;v:1 2)ljf([k:`a`b]v:0N 8)
k v
---
a 1
b 8
q)([]k:`a`b;v:1 2)ujf([]k:`c;w:enlist 3)
k v w
-----
a 1  
b 2  
c   3
q)q:([]sym:`a`a`b;time:1 3 2;px:10 0N 30)
q)w:([]sym:`a`b`c;time:4 2 9;px:1 2 3)
q)aj[`sym`time;w;q]
sym time px
-----------
a   4      
b   2    30
c   9    3 
q)aj0[`sym`time;w;q]
sym time px
-----------
a   3      
b   2    30
c   9    3 
q)ajf[`sym`time;w;q]
sym time px
-----------
a   4    1 
b   2    30
c   9    3 
q)ajf0[`sym`time;w;q]
sym time px
-----------
a   3    1 
b   2    30
c   9    3 
q)5 enlist\1
1
,1
,,1
,,,1
,,,,1
,,,,,1
q)views[]
`symbol$()
q)prior[-;1 3 6]
1 2 3
q)(,)prior 1 2 3
1
2 1
3 2
q)over[+;1 2 3]
6
q)scan[*;1 2 3 4]
1 2 6 24
q)peach[neg;1 2]
-1 -2
q)3 msum 1 2 3 4 5
1 3 6 9 12
q)2 mdev 1 3 5
0 1 1f
q)2 mmin 3 1 2
3 1 1
q)2 mcount 1 0N 3
1 1 1i
q)0.5 ema 1 2 3
1 1.5 2.25
q)1 2 3 wsum 4 5 6
32f
q)1 1 2 wavg 4 5 6
5.25
q)med 3 1 2
2f
q)svar 1 2 4
2.333333
q)sdev 1 2 4
1.527525
q)1 2 3 scov 3 2 4
0.5
q)1 2 3 cov 3 2 4
0.3333333
q)1 2 3 cor 2 4 6
1f
q)ratios 2 4 12
2 2 3f
q)prds 1 2 3
1 2 6
q)mins 3 1 2
3 1 1
q)maxs 1 3 2
1 3 3
q)avgs 2 4 6
2 3 4f
q)fills 1 0N 0N 4
1 1 1 4
q)rank 30 10 20
2 0 1
q)signum -2 0 2
-1 0 1i
q)7 -7 mod 3
1 2
q)7 -7 div 3
2 -3
q)2 xlog 8 16
3 4f
q)2 xexp 0 3
1 8f
q)reciprocal 4 0.5
0.25 2
q)ceiling 1.2 -1.2
2 -1
q)prd 2 3 4
24
q)any 001b
1b
q)all 110b
0b
q)1 3 5 binr 3 4
1 2
q)1 3 5 bin 3 4
1 1
q)2 sublist`a`b`c
`a`b
q)1 2 sublist`a`b`c
`b`c
q)-1 rotate 1 2 3
3 1 2
q)1 2 3 union 3 4
1 2 3 4
q)1 2 3 inter 2 3 9
2 3
q)1 2 3 except 2
1 3
q)0 2 5 cut til 7
0 1
2 3 4
5 6
q)differ`a`a`b
101b
q)ungroup([]a:1 2;b:(10 20;30 40))
a b 
----
1 10
1 20
2 30
2 40
q)`a xgroup([]a:1 1 2;b:1 2 3)
a| b  
-| ---
1| 1 2
2| ,3 
q)(asc;desc)@\:3 1 2
1 2 3
3 2 1
q)`a xdesc([]a:1 2;b:3 4)
a b
---
2 4
1 3
q)`b`a xcols([]a:1 2;b:3 4)
b a
---
3 1
4 2
q)`x xcol([]a:1 2;b:3 4)
x b
---
1 3
2 4
q)pj[([]k:`a`b;v:1 2);([k:enlist`a]v:enlist 10)]
k v 
----
a 11
b 2 
q)ej[`k;([]k:`a`b;v:1 2);([]k:`a`a;w:5 6)]
k v w
-----
a 1 5
a 1 6
q)ssr["a-b-c";"-";"+"]
"a+b+c"
q)"banana"ss"an"
1 3
q)"a*b"like"a[*]b"
1b
q)" "sv("to";"be")
"to be"
q)` vs`a.b.c
`a`b`c
q)rtrim"x  "
,"x"
q)ltrim"  x"
,"x"
q)lower`ABC
`abc
q)upper"abc"
"ABC"
q)md5""
0xd41d8cd98f00b204e9800998ecf8427e
q)tables[]
`q`w
q)keys([a:1 2]b:3 4)
,`a
q)cols([a:1 2]b:3 4)
`a`b
q)tables`.
`q`w
q)attr`u#1 2
`u
q)insert[`q;(`z;9;9)]
,3
q)count q
4
q)type each(neg;{x};+;+/;+[1];(<>))
101 100 102 107 104 105h
q)2 3#"abcdef"
"abc"
"def"
q)0N 2#til 5
0 1
2 3
,4
q)-2_1 2 3 4
1 2
q)`b _`a`b!1 2
a| 1
q)(`a`b!1 2),`c`a!3 9
a| 9
b| 2
c| 3
q)`a`b!1 2+`a`b!10 20
'length
q)1 2 3 in 2 3
011b
q)2 within 1 3
1b
q)null(1;0N;`;"")
0b
1b
1b
`boolean$()
q)10 10 10 vs 345
3 4 5
q)10 sv 3 4 5
345
q)0x0 vs 1h
0x0001
q)0x0 sv 0x0001
1h
q)not 0 1 2
100b
q)h:(count til@)
q)h 7
7
q)(count string@)\[12345]
12345 5 1

/ Weights for each item.
q).5 .5 1 ema 4 8 2
4 6 2f
q)(0#0n)ema 1 2
'length
q).5 .5 ema 1 2 3
'length
