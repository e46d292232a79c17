/ Wide and long values are cut off.
q)til 100
0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 ..
q)til[100]+0.5
0.5 1.5 2.5 3.5 4.5 5.5 6.5 7.5 8.5 9.5 10.5 11.5 12.5 13.5 14.5 15.5 16.5 17..
q)100#"x"
"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..
q)100#`abc
`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`abc`..
q)([]a:til 40)
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
q)(til 40)!til 40
0 | 0
1 | 1
2 | 2
3 | 3
4 | 4
5 | 5
6 | 6
7 | 7
8 | 8
9 | 9
10| 10
11| 11
12| 12
13| 13
14| 14
15| 15
16| 16
17| 17
18| 18
19| 19
20| 20
21| 21
..
q)30#enlist til 3
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
0 1 2
..

/ Nulls.
q)`a`b!1 0N
a| 1
b| 
q)(1;0N)
1 0N

/ Precision.
q)1%3
0.3333333
q)100%3
33.33333
q)1e7%3
3333333f
q)1e8%3
3.333333e+07
q)123456789.123
1.234568e+08
q)0.1+0.2
0.3
q)1e-10
1e-10
q)100000f
100000f
q)1234567f
1234567f
q)12345678f
1.234568e+07
q)1 2.5 1000000
1 2.5 1000000
q)2e
2e
q)1.5e
1.5e
q)1 2e
1 2e
q)\P 3
q)1%3
0.333
q)1234.5
1.23e+03
q)\P 0
q)1%3
0.33333333333333331
q)0.1
0.10000000000000001
q)\P 7
q)\P
7i
q)1%3
0.3333333

/ The console.
q)\c 10 40
q)til 100
0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15..
q)([]a:til 20)
a
-
0
1
2
3
4
..
q)\c
10 40i
q)\c 25 80

/ Nested values.
q)(1;(2;(3;4)))
1
(2;3 4)
q)((1 2;3 4);(5 6;7 8))
1 2 3 4
5 6 7 8
q)((1;`a);(2;`b))
1 `a
2 `b
q)(1 2;`a`b;"cd")
1 2
a b
c d
q)(`a`b!1 2;`a`b!3 4)
a b
---
1 2
3 4
q)(`a`b!1 2;`c`d!3 4)
`a`b!1 2
`c`d!3 4
q)`a`b!(1 2;`x`y)
a| 1 2
b| x y
q)`a`b!("abc";`x)
a| "abc"
b| `x
q)(1 2;3 4 5)!`a`b
1 2  | a
3 4 5| b
q)`a`b!([]x:1 2;y:3 4)
 | x y
-| ---
a| 1 3
b| 2 4
q)([]a:("ab";"c";"");b:(`x`y;`z;1))
a    b   
---------
"ab" `x`y
"c"  `z  
""   1   
q)([]a:enlist each 1 2)
a
-
1
2
q)([]a:(1;`a;"x"))
a  
---
1  
`a 
"x"
q)enlist (1;`a)
1 `a
q)enlist "abc"
"abc"
q)("abc";"de")
"abc"
"de"
q)(101b;010b)
101b
010b
q)0x010203
0x010203
q)(0x01;0x0203)
0x01
0x0203
q)0#`a
`symbol$()
q)0#0b
`boolean$()
q)0#0n
`float$()
q)0#0x00
`byte$()
q)0#"a"
""
q)([]a:`long$())
a
-
q)([a:`long$()]b:`float$())
a| b
-| -
q)-3!(1;2.5;`a;"x";1 2;0b)
"(1;2.5;`a;\"x\";1 2;0b)"
q)-3!`s#1 2
"`s#1 2"
q)-3!([a:1 2]b:3 4)
"(+(,`a)!,1 2)!+(,`b)!,3 4"
q)-3!enlist 1
",1"
q)-3!enlist `a`b
",`a`b"
q)-3!1 2f
"1 2f"
q)-3!1 2.5
"1 2.5"
q)-3!0N 1
"0N 1"
q)-3!1 0Nh
"1 0Nh"
q)-3!2024.01 0Nm
"2024.01 0Nm"
q)-3!enlist "abc"
",\"abc\""
q)-3!""
"\"\""
q)-3!()
"()"
q)-3!(::)
"::"
q)-3!{x+1}
"{x+1}"
q)-3!(+;-)
"(+;-)"
q)-3!`a`b!(1 2;`x)
"`a`b!(1 2;`x)"
q)enlist (1 2;`a`b)
1 2 a b
q)enlist (::)
::
q).Q.s1 enlist 1 2
",1 2"
q)((1;`a`b);(2;`c`d))
1 `a`b
2 `c`d

/ Rows of one length are a grid also where some are booleans, if others are not one type.
q)(101b;(1b;10b;0b))
1  0   1
1b 10b 0b
q)(101b;010b)
101b
010b
q)(0x0102;(0x01;`a))
01   02
0x01 `a
q)(2 9;(1;5 7))within 4 8
0  0
0b 11b

/ Rows of different types in columns, chars among them.
q)("abc";`x`y`z)
a b c
x y z
q)`n`c!(7 80;"pq")
n| 7 80
c| p q

/ Columns that go on beyond the console end in dots in each row.
q)(40#`a;40#`longer)
a      a      a      a      a      a      a      a      a      a      a      ..
longer longer longer longer longer longer longer longer longer longer longer ..

/ Empty vectors are rows of no columns, whatever their types; strings stay strings.
q).Q.s 2#enlist 0#0
"\n\n"
q).Q.s (0#0;0#`)
"\n\n"
q).Q.s enlist ()
,"\n"
q)("";"")
""
""

/ A table's columns, a dictionary's values and its keys do as lists do: where all that is shown
/ is equally long, the items stand in columns of their own.
q)([]bid:(100 7;3 1000i);who:(`ann`bo;`cy`di))
bid      who   
---------------
100 7    ann bo
3   1000 cy  di
q)([]bid:(100 7;3 1000 1i);who:(`ann`bo;enlist`cy))
bid       who    
-----------------
100 7     `ann`bo
3 1000 1i ,`cy   
q)([]p:(0n 1;2 3);q:(09:30 0Nu;10:00 11:00))
p   q          
---------------
  1 09:30      
2 3 10:00 11:00
q)([]t:("ab";"cd");b:(01b;10b);x:(0x01ff;0x0202))
t    b   x     
---------------
"ab" 01b 0x01ff
"cd" 10b 0x0202
q)([]e:2#enlist`$();f:("";""))
e f 
----
  ""
  ""
q)`a`b!2#enlist()
a| 
b| 
q)([k:(1 20;300 4)]v:(`x`y;`z`wide))
k     | v     
------| ------
1   20| x y   
300 4 | z wide
q)enlist`what`parts!(`bike;((2;`wheel);(1;`frame)))
what parts            
----------------------
bike 2 `wheel 1 `frame
q)2 2 3#0b
000b 000b
000b 000b
q)([]s:signum each(3 -1;-2 0))
s    
-----
1  -1
-1 0 

/ A cell that is a list is a line of what that list would be by itself.
q)(((6;`A);(8;`B));((15;`B);(21;`C)))
6 `A  8 `B
15 `B 21 `C
q)((enlist(9;`ORE);enlist(2;`A));(((3;`A);(4;`B));enlist(1;`AB)))
9 `ORE          2 `A
((3;`A);(4;`B)) ,(1;`AB)
q)([]name:`x`y;parts:(((1;`bolt);(20;`nut));((16;`rod);(4;`cap))))
name parts           
---------------------
x    1  `bolt 20 `nut
y    16 `rod  4  `cap
q)2 2 2#1 20 3 4 5 6 700 8
1 20  3 4
5   6 700 8
q)("ab";"cd")!(("x";1 2);("y";3 4))
"ab"| "x" 1 2
"cd"| "y" 3 4
