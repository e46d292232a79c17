q)sum 1 2 3
6
q)sum 1 0N 3
4
q)sum 1.5 2.5
4f
q)sum ()
0
q)sum 5
5
q)sum 101b
2i
q)sum (1 2;3 4)
4 6
q)sum `a`b!1 2
3
q)sum ([]a:1 2;b:3 4)
a| 3
b| 7
q)sum 0D01 0D02
0D03:00:00.000000000
q)sum "abc"
'type
q)prd 2 3 4
24
q)prd 0#1
1
q)avg 1 2 3
2f
q)avg 1 0n 3
2f
q)avg ()
0n
q)avg 101b
0.6666667
q)avg (1 2;3 4)
2 3f
q)avg ([]a:1 2;b:3 4)
a| 1.5
b| 3.5
q)max 1 3 2
3
q)min 1 3 2
1
q)max 0N 1
1
q)min 0N 1
1
q)max 0#1
-0W
q)min 0#1f
0w
q)max "hello"
"o"
q)max 2024.01.01 2024.01.02
2024.01.02
q)max (1 5;3 2)
3 5
q)med 1 3 2
2f
q)med 1 2 3 4
2.5
q)var 1 2 3 4
1.25
q)dev 1 2 3 4
1.118034
q)svar 1 2 3 4
1.666667
q)sdev 1 2 3 4
1.290994
q)var 1
0f
q)1 2 3 cov 2 4 7
1.666667
q)1 2 3 scov 2 4 7
2.5
q)1 2 3 cor 2 4 7
0.9933993
q)1 2 wsum 10 20
50f
q)1 2 wavg 10 20
16.66667
q)1 0N 2 wavg 10 20 30
23.33333
q)2 wsum 1 2 3
12
q)all 1 1 0
0b
q)any 0 0
0b
q)count 1 0N
2
q)first 0N 1
0N
q)last 1 0N
0N
q)2 msum 1 2 3 4
1 3 5 7
q)2 mavg 1 2 3 4
1 1.5 2.5 3.5
q)3 mmax 3 1 2 5 4
3 3 3 5 5
q)3 mmin 3 1 2 5 4
3 1 1 1 2
q)2 mdev 1 3 5
0 1 1f
q)3 mcount 1 0N 3 4
1 1 2 2i
q)2 mavg 1 0N 3
1 1 3f
q)0.5 ema 1 2 3
1 1.5 2.25
q)2 msum ([]a:1 2 3;b:4 5 6)
a b 
----
1 4 
3 9 
5 11
q)sum 1 2h
3i
q)type sum 1 2i
-6h
q)type sum 1 2h
-6h
q)type avg 1 2
-9h
q)type max 1 2i
-6h
q)type sum 1.5 2e
-8h
q)1 2 3 mmu 1
'type
q)(1 2f;3 4f) mmu (1 0f;0 1f)
1 2
3 4
q)1 2f mmu 3 4f
11f
q)(1 2f;3 4f) mmu 1 1f
3 7f
q)inv (2 0f;0 4f)
0.5 0
0   0.25
q)(1 2f;3 4f)$(1 0f;0 1f)
1 2
3 4

/ The product of booleans is one.
q)prd 101b
0b
q)prd 111b
1b
q)select prd ok by k from([]k:`a`b`a;ok:110b)
k| ok
-| --
a| 0 
b| 1 
q)prd 0x0203
6i
