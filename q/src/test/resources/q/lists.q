q)til 5
0 1 2 3 4
q)til 0
`long$()
q)til -1
'domain
q)til 2.2
'type
q)count 1 2 3
3
q)count 5
1
q)count ()
0
q)count "abc"
3
q)count `a`b!1 2
2
q)count ([]a:1 2 3)
3
q)first 1 2 3
1
q)last 1 2 3
3
q)first 0#1
0N
q)first `a`b!1 2
1
q)first ([]a:1 2;b:3 4)
a| 1
b| 3
q)last "abc"
"c"
q)reverse 1 2 3
3 2 1
q)reverse "abc"
"cba"
q)reverse `a`b!1 2
b| 2
a| 1
q)reverse 5
5
q)2 rotate 1 2 3 4 5
3 4 5 1 2
q)-1 rotate 1 2 3
3 1 2
q)3#1 2 3 4
1 2 3
q)-2#1 2 3 4
3 4
q)5#1 2
1 2 1 2 1
q)-5#1 2 3
2 3 1 2 3
q)3#5
5 5 5
q)3#`a
`a`a`a
q)0#1 2 3
`long$()
q)2 3#til 6
0 1 2
3 4 5
q)2 2#1
1 1
1 1
q)3#0#1
0N 0N 0N
q)2#`a`b`c!1 2 3
a| 1
b| 2
q)`a`c#`a`b`c!1 2 3
a| 1
c| 3
q)`b`a#([]a:1 2;b:3 4)
b a
---
3 1
4 2
q)2_1 2 3
,3
q)-2_1 2 3
,1
q)10_1 2 3
`long$()
q)1 2 3_1
1 3
q)1_`a`b`c!1 2 3
b| 2
c| 3
q)`a _ `a`b!1 2
b| 2
q)(`a`b!1 2)_`a
b| 2
q)0 2_1 2 3 4
1 2
3 4
q)3 cut til 7
0 1 2
3 4 5
,6
q)2 sublist 1 2 3
1 2
q)-2 sublist 1 2 3
2 3
q)10 sublist 1 2 3
1 2 3
q)1 2 sublist 10 20 30 40
20 30
q)2 sublist ([]a:1 2 3)
a
-
1
2
q)1,2
1 2
q)1 2,3
1 2 3
q)1 2,3.5
1
2
3.5
q)1,`a
1
`a
q)(1;`a),2
1
`a
2
q)(),1
,1
q)"ab","c"
"abc"
q)(`a`b!1 2),`b`c!3 4
a| 1
b| 3
c| 4
q)([]a:1 2),([]a:3 4)
a
-
1
2
3
4
q)raze (1 2;3 4)
1 2 3 4
q)raze (1;2 3)
1 2 3
q)raze ("ab";"cd")
"abcd"
q)raze ((1;`a);(2;`b))
1
`a
2
`b
q)raze `a`b!(1 2;3)
1 2 3
q)enlist 1 2
1 2
q)enlist `a`b!1 2
a b
---
1 2
q)enlist[1;2;`c]
1
2
`c
q)flip (1 2;3 4)
1 3
2 4
q)flip `a`b!(1 2;3 4)
a b
---
1 3
2 4
q)flip ([]a:1 2;b:3 4)
a| 1 2
b| 3 4
q)flip (1 2;`a`b)
1 `a
2 `b
q)flip 1 2
'rank
q)where 0101b
1 3
q)where 2 0 1
0 0 2
q)where `a`b`c!101b
`a`c
q)1 2 cross 3 4
1 3
1 4
2 3
2 4
q)`a`b cross 1 2
`a 1
`a 2
`b 1
`b 2
q)([]a:1 2) cross ([]b:`x`y)
a b
---
1 x
1 y
2 x
2 y
q)1 2 union 2 3
1 2 3
q)1 2 3 inter 2 3 4
2 3
q)1 2 3 except 2
1 3
q)`a`b`c except `b
`a`c
q)distinct 1 2 1 3 2
1 2 3
q)distinct `b`a`b
`b`a
q)distinct ("ab";"cd";"ab")
"ab"
"cd"
q)distinct ([]a:1 1 2;b:`x`x`y)
a b
---
1 x
2 y
q)group 1 2 1
1| 0 2
2| ,1
q)group `a`b`a
a| 0 2
b| ,1
q)group "mississippi"
m| ,0
i| 1 4 7 10
s| 2 3 5 6
p| 8 9
q)asc 3 1 2
`s#1 2 3
q)desc 3 1 2
3 2 1
q)asc `c`a`b
`s#`a`b`c
q)desc "hello"
"ollhe"
q)iasc 3 1 2
1 2 0
q)idesc 3 1 2
0 2 1
q)rank 30 10 20
2 0 1
q)asc `a`b!2 1
b| 1
a| 2
q)desc `a`b!1 2
b| 2
a| 1
q)iasc 2 0N 1
1 2 0
q)asc 2 0n 1
`s#0n 1 2
q)iasc `b`a`c
1 0 2
q)attr asc 3 1 2
`s
q)`s#1 2 3
`s#1 2 3
q)`s#3 1
's-fail
q)`u#1 2
`u#1 2
q)`u#1 1
'u-fail
q)`p#1 1 2
`p#1 1 2
q)`g#1 2 1
`g#1 2 1
q)attr `g#1 2
`g
q)`#`s#1 2
1 2
q)prev 1 2 3
0N 1 2
q)next 1 2 3
2 3 0N
q)2 xprev 1 2 3
0N 0N 1
q)-1 xprev 1 2 3
2 3 0N
q)prev `a`b
``a
q)fills 1 0N 0N 2
1 1 1 2
q)fills `a``b
`a`a`b
q)next ("ab";"cd")
"cd"
""
q)1 2 3 bin 0 1 2.5 9
-1 0 1 2
q)1 3 5 binr 2 3 9
1 1 3
q)1 3 5 bin 4
1
q)09:00 10:00 bin 09:30
0
q)2 4 6?4
1
q)2 4 6?5
3
q)2 4 6?4 6 9
1 2 3
q)`a`b?`b
1
q)"abc"?"cb"
2 1
q)(1 2;3 4)?3 4
1
q)("ab";"cd")?("cd";"xx")
1 2
q)(`a`b!1 2)?2
`b
q)1 2 3 in 2
010b
q)10 20 30[1]
20
q)(10 20;30 40)[1;0]
30
q)(10 20;30 40)[;1]
20 40
q)(10 20;30 40)[1]
30 40
q)"abc" 1
"b"
q)1 2 3@0 2
1 3
q)(1 2;3 4). 1 0
3
q)`a`b!1 2
a| 1
b| 2
q)(`a`b!1 2)`a
1
q)(`a`b!1 2)`a`b
1 2
q)(`a`b!1 2)`c
0N
q)(`a`b!(1 2;3 4))[`a;1]
2
q)rand 1
0
q)count 10?5
10
q)asc distinct 1000?3
`s#0 1 2
q)count distinct -10?10
10
q)type rand 1f
-9h
q)2 vs 10
1 0 1 0
q)10 sv 1 2 3
123
q)0b vs 5h
0000000000000101b
q)0x0 vs 258
0x0000000000000102
q)0x0 sv 0x0102
258h
q)0b sv 00000101b
0x05

/ Appending in place keeps a vector's type, and makes no list of an atom.
q)v:1 2
q)v,:3
q)v
1 2 3
q)v,:4.5
'type
q)v,:`a
'type
q)v,:5 6
q)v
1 2 3 5 6
q)s:"ab"
q)s,:"c"
q)s,:1
'type
q)s
"abc"
q)g:()
q)g,:1
q)g,:`a
'type
q)g
,1
q)a:`x
q)a,:`y
'type
q){x,:2;x}1 0
1 0 2
q){x,:2;x}1
'type

/ No list is as long as this.
q)0W#2
'limit
q)(prd 11#1000)#0
'limit

/ The null after a value gives the value; in brackets an atom has nothing to give.
q)3 ::
3
q)3[::]
'type
q)1 2 3 ::
1 2 3

/ The null among indexes of an amend stands for all of a level.
q)@[(10 20;30 40;50 60);(::;0 2);neg]
10  20
-30 -40
50  60
q)@[1 2 3;(::;1);+;10]
11 22 13

/ in looks for things of the rank of the list's first item.
q)1 2 in (1 2;3 4)
1b
q)(1 2;9 9) in (1 2;3 4)
10b
q)3 in (1 2;3 4)
0b
q)() in enlist each "ab"
`boolean$()
q)("ab";"xx") in ("ab";"cd")
10b
q)(2;`b) in (1;2;`a)
10b

/ A dictionary joins a dictionary or a general list, and nothing of one type.
q)10,`a`b!1 2
'type
q)raze (10;`a`b!1 2)
'type
q)(10;`x),`a`b!1 2
10
`x
`a`b!1 2

/ The first difference of a general list is the item itself.
q)deltas (3;5.5;4)
3
2.5
-1.5

/ A shape of more than two sizes has no null, and no size below one but the last.
q)2 0N 3#til 9
'domain
q)1 0 2#til 9
'domain
q)-1 2#til 9
'domain
q)count each 1 2 0#til 9
,2

/ Cuts beyond the end, and a shape of nothing.
q)1 3_`a`b
'domain
q)0x#1 2
'length
q)asc 0N?6
`s#0 1 2 3 4 5
q)asc 0N?`c`a`b
`s#`a`b`c
q)count 0N?()
0
q)0N?-1
'type
q)-2?0.5
'type
q)v:3 8 9
q)w:v
q)asc v
`s#3 8 9
q)w
`s#3 8 9
q)v:9 8
q)asc v
`s#8 9
q)v
9 8
q)trim 0N 4 0N 5 0N
4 0N 5
q)ltrim ``a`
`a`
q)rtrim([]a:("ab ";"c");b:(("d ";"e");" f "))
a    b       
-------------
"ab" ,"d" "e"
"c"       f  
q)3 4f in 4 5
'type
q)3 4f in enlist 4
01b
