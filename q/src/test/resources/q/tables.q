q)t:([]sym:`a`b`a`c;price:1.5 2.5 3.5 4.5;size:10 20 30 40)
q)t
sym price size
--------------
a   1.5   10  
b   2.5   20  
a   3.5   30  
c   4.5   40  
q)count t
4
q)cols t
`sym`price`size
q)meta t
c    | t f a
-----| -----
sym  | s    
price| f    
size | j    
q)type t
98h
q)t 0
sym  | `a
price| 1.5
size | 10
q)t 1 3
sym price size
--------------
b   2.5   20  
c   4.5   40  
q)t`price
1.5 2.5 3.5 4.5
q)t`sym`size
a  b  a  c
10 20 30 40
q)t[0;`price]
1.5
q)t[;`size]
10 20 30 40
q)t[1 2;`sym]
`b`a
q)first t
sym  | `a
price| 1.5
size | 10
q)last t
sym  | `c
price| 4.5
size | 40
q)2#t
sym price size
--------------
a   1.5   10  
b   2.5   20  
q)-1#t
sym price size
--------------
c   4.5   40  
q)1_t
sym price size
--------------
b   2.5   20  
a   3.5   30  
c   4.5   40  
q)reverse t
sym price size
--------------
c   4.5   40  
a   3.5   30  
b   2.5   20  
a   1.5   10  
q)`size xdesc t
sym price size
--------------
c   4.5   40  
a   3.5   30  
b   2.5   20  
a   1.5   10  
q)`sym`price xasc t
sym price size
--------------
a   1.5   10  
a   3.5   30  
b   2.5   20  
c   4.5   40  
q)`sym xkey t
sym| price size
---| ----------
a  | 1.5   10  
b  | 2.5   20  
a  | 3.5   30  
c  | 4.5   40  
q)k:`sym xkey ([]sym:`a`b`c;v:1 2 3)
q)k
sym| v
---| -
a  | 1
b  | 2
c  | 3
q)keys k
,`sym
q)cols k
`sym`v
q)key k
sym
---
a  
b  
c  
q)value k
v
-
1
2
3
q)k`a
v| 1
q)k`a`b
'length
q)k enlist`a
v| 1
q)k flip enlist`a`b
v
-
1
2
q)k(enlist`a;enlist`nowhere)
v
-
1
 
q)k enlist`a`b
'length
q)k[`b;`v]
2
q)k([]sym:`a`c)
v
-
1
3
q)0!k
sym v
-----
a   1
b   2
c   3
q)1!t
sym| price size
---| ----------
a  | 1.5   10  
b  | 2.5   20  
a  | 3.5   30  
c  | 4.5   40  
q)2!t
sym price| size
---------| ----
a   1.5  | 10  
b   2.5  | 20  
a   3.5  | 30  
c   4.5  | 40  
q)0!1!t
sym price size
--------------
a   1.5   10  
b   2.5   20  
a   3.5   30  
c   4.5   40  
q)`x`y xcol t
x y   size
----------
a 1.5 10  
b 2.5 20  
a 3.5 30  
c 4.5 40  
q)(enlist[`sym]!enlist `s) xcol t
s price size
------------
a 1.5   10  
b 2.5   20  
a 3.5   30  
c 4.5   40  
q)`size xcols t
size sym price
--------------
10   a   1.5  
20   b   2.5  
30   a   3.5  
40   c   4.5  
q)`a`b!1 2
a| 1
b| 2
q)d:flip t
q)d
sym  | a   b   a   c
price| 1.5 2.5 3.5 4.5
size | 10  20  30  40
q)flip d
sym price size
--------------
a   1.5   10  
b   2.5   20  
a   3.5   30  
c   4.5   40  
q)t,([]sym:`d`e;price:5.5 6.5;size:50 60)
sym price size
--------------
a   1.5   10  
b   2.5   20  
a   3.5   30  
c   4.5   40  
d   5.5   50  
e   6.5   60  
q)t,`sym`price`size!(`z;9.5;90)
sym price size
--------------
a   1.5   10  
b   2.5   20  
a   3.5   30  
c   4.5   40  
z   9.5   90  
q)t,'([]x:1 2 3 4)
sym price size x
----------------
a   1.5   10   1
b   2.5   20   2
a   3.5   30   3
c   4.5   40   4
q)meta update `g#sym from t
c    | t f a
-----| -----
sym  | s   g
price| f    
size | j    
q)meta update `s#price from t
c    | t f a
-----| -----
sym  | s    
price| f   s
size | j    
q)attr exec price from update `#price from update `s#price from t
`
q)attr exec price from update `s#price from t where size>10
`
q)tables[]
`k`t
q)tables`.
`k`t
q)`t insert (`d;5.5;50)
,4
q)count t
5
q)`t insert (`e`f;6.5 7.5;60 70)
5 6
q)t
sym price size
--------------
a   1.5   10  
b   2.5   20  
a   3.5   30  
c   4.5   40  
d   5.5   50  
e   6.5   60  
f   7.5   70  
q)`t upsert (`g;8.5;80)
`t
q)-2#t
sym price size
--------------
f   7.5   70  
g   8.5   80  
q)insert[`t;(`h;9.5;90)]
,8
q)`t insert (`h;9.5)
'length
q)`t insert (`h;9;90)
'type
q)k upsert (`a;100)
sym| v  
---| ---
a  | 100
b  | 2  
c  | 3  
q)`k upsert (`d;4)
`k
q)k
sym| v
---| -
a  | 1
b  | 2
c  | 3
d  | 4
q)`k upsert ([]sym:`a`e;v:10 5)
`k
q)k
sym| v 
---| --
a  | 10
b  | 2 
c  | 3 
d  | 4 
e  | 5 
q)k,([sym:`b`f]v:20 6)
sym| v 
---| --
a  | 10
b  | 20
c  | 3 
d  | 4 
e  | 5 
f  | 6 
q)`k insert (`a;1)
'insert
q)([]a:1 2 3)?`a`b!1 2
0
q)([]a:1 2 3)?([]a:2 9)
1 3
q)t:([]a:1 2 1;b:10 20 30)
q)`a xgroup t
a| b    
-| -----
1| 10 30
2| ,20  
q)ungroup `a xgroup t
a b 
----
1 10
1 30
2 20
q)distinct ([]a:1 1)
a
-
1
q)t where t[`a]=1
a b 
----
1 10
1 30
q)select from t where a=1
a b 
----
1 10
1 30
q)t~t
1b
q)exec a!b from t
1| 10
2| 20
1| 30
q)exec first each group a from t
1| 0
2| 1
q)asc t
a b 
----
1 10
1 30
2 20
q)desc t
a b 
----
2 20
1 10
1 30
q)iasc t
0 2 1
q)([]a:1 2)~([]a:1 2)
1b
q)union[([]a:1 2);([]a:2 3)]
a
-
1
2
3
q)([]a:1 2 3) except ([]a:enlist 2)
a
-
1
3
q)([]a:1 2 3) inter ([]a:2 3 4)
a
-
2
3
q)([]a:1 2) in ([]a:2 3)
01b
q)group ([]a:1 2 1)
a| 
-| ---
1| 0 2
2| ,1
q)raze (([]a:1 2);([]a:3 4))
a
-
1
2
3
4
q)(uj/)(([]a:1 2);([]b:3 4))
a b
---
1  
2  
  3
  4
q).Q.qt t
1b
q).Q.qt 5
0b
q)-22!1 2 3
38
q)key`t
`t
q)nested:([k:`$()]v:())
q)`nested insert (`a;enlist 1 2 3)
,0
q)`nested insert (`b;4 5)
,1
q)nested
k| v    
-| -----
a| 1 2 3
b| 4 5  
q)fresh:([]name:();age:())
q)`fresh insert (`tom`dick;30 40)
0 1
q)type each flip fresh
name| 11
age | 7
q)`unheard insert ([k:`a`b]v:1 2)
0 1
q)unheard
k| v
-| -
a| 1
b| 2

/ Comparing dictionaries: what one of them lacks is null there.
q)(`a`b!1 2)=`b`c!2 3
a| 0
b| 1
c| 0
q)(`a`b!1 2)<`b`c!3 0
a| 0
b| 1
c| 1
q)(`a`b!`x`y)<>`b`a!`y`z
a| 1
b| 0
q)(`a`b!1 0N)=`a`b`c!1 0N 0N
a| 1
b| 1
c| 1

/ Names of a dictionary are deleted where it is.
q)d:`a`b`c!1 2 3
q)delete b from`d
`d
q)d
a| 1
c| 3
q)delete a,c from d
q)d:`x`y!(1 2;`a`b)
q)delete y from`d
`d
q)d
x| 1 2

/ Arithmetic of tables has the columns of both.
q)t:([]a:1 2;b:3 4)
q)t+([]b:10 20;c:5 6)
a b  c
------
1 13 5
2 24 6
q)([k:`x`y]a:1 2)^([k:`x`y]a:0N 9;b:7 8)
k| a b
-| ---
x| 1 7
y| 9 8
q)([]a:0N 2)^([k:`x`y]a:5 6;b:7 8)
k| a b
-| ---
x| 5 7
y| 6 8

/ A list as long as there are columns joins a table as a row.
q)pets:([]name:`rex`tom;age:3 7)
q)pets,(`kit;1)
name age
--------
rex  3  
tom  7  
kit  1  
q)pets,:(`joy;12)
q)pets
name age
--------
rex  3  
tom  7  
joy  12 
q)pets,(`ann`bob;5 6)
name age
--------
rex  3  
tom  7  
joy  12 
ann  5  
bob  6  

/ A table knows that it is sorted; so do the keys of a select by one column.
q)sorted:`s#([]a:1 2 2;b:`x`y`z)
q)attr sorted
`s
q)-3!sorted
"`s#+`a`b!(`p#1 2 2;`x`y`z)"
q)-3!asc([]c:3 1 2)
"`s#+(,`c)!,`s#1 2 3"
q)attr 1_sorted
`
q)-3!select sum a by b from sorted
"(`s#+(,`b)!,`s#`x`y`z)!+(,`a)!,1 2 2"
q)attr key select sum a by b from sorted
`s
q)attr `s#`a`b!1 2
`s
q)`s#([]a:2 1)
's-fail

/ A step function's bytes say so, as those of a sorted table.
q)9#-8!`s#`a`b!1 2
0x01000000290000007f
q)12#-8!`s#([k:1 2]v:3 4)
0x01000000570000007f620163
q)15#-8!(`s#`a`b!1 2;3)
0x01000000380000000000020000007f
q)10#-8!sorted
0x01000000450000006201

/ A keyed table joins a keyed table, and no other.
q)([k:1 2]v:3 4),([]k:1 2;v:5 6)
'type
q)([]k:1 2;v:5 6),([k:1 2]v:3 4)
'type

/ Where a dictionary holds tables, one it lacks is one of no rows.
q)bysym:`a`b!(([]p:1 2);([]p:enlist 3))
q)bysym`c
p
-
q)count each bysym`a`b`c
2 1 0
q)key (`none`other!(([k:1 2]v:3 4);1)) `z
k
-

/ Rows leave a keyed table by a table of their keys, in whatever order its columns are.
q)([]b:`q`z;a:2 9)_([a:1 2 3;b:`p`q`r]v:10 20 30)
a b| v 
---| --
1 p| 10
3 r| 30

/ Rows under other keys.
q)([]a:1 2;b:`x`y)`p`q!1 0
 | a b
-| ---
p| 2 y
q| 1 x
q)t:([]sym:`a`b;px:1 2)
q)t`vol
`symbol$()
q)t`px`vol
1 2
`symbol$()
q)k:1!t
q)k 2 3
'length
q)`px xasc`px`px xcol t
'dup
q)cols .Q.id`px`px xcol t
`px`px1

/ A list is a record of the key; several records are a list of lists, or a table.
q)stock:([shop:`east`east`west;item:1 2 1]left:30 0 12)
q)stock(`east;2)
left| 0
q)stock((`east;1);(`west;1))
left
----
30  
12  
q)stock[(`west;1);`left]
12
q)stock([]shop:`west`north;item:1 1)
left
----
12  
    
q)stock`east
'length
q)stock(`east;1;2)
'length
q)names:([name:("ann";"bo")]age:31 45)
q)names enlist"bo"
age| 45
q)names"bo"
'length

/ Dictionaries in a dictionary, changed in place.
q)limits:`aapl`msft!(`low`high!90 110;`low`high!180 220)
q)limits[`aapl;`high]:120
q)limits
    | low high
----| --------
aapl| 90  120 
msft| 180 220 
q)limits[`ibm]:`low`high!40 60
q)limits[`msft;`low]-:5
q)limits
    | low high
----| --------
aapl| 90  120 
msft| 175 220 
ibm | 40  60  
q)limits[`ibm;`halt]:1
q)limits
aapl| `low`high!90 120
msft| `low`high!175 220
ibm | `low`high`halt!40 60 1
q).[limits;`ibm`low;neg]`ibm
low | -40
high| 60
halt| 1

/ Rows of a keyed table by their keys, all at once: read, changed and added.
q)gates:([gate:`g1`g2`g3]in:`x`y`z;op:1 2 3)
q)gates[([]gate:`g1`g2)]:reverse gates[([]gate:`g1`g2)]
q)gates
gate| in op
----| -----
g1  | y  2 
g2  | x  1 
g3  | z  3 
q)gates[([]gate:`g1`g9);`op]:10 90
q)gates[`g3;`op]+:1
q)gates
gate| in op
----| -----
g1  | y  10
g2  | x  1 
g3  | z  4 
g9  |    90
q)gates[([]gate:`g1`g3);`in`op]
`y 10
`z 4
q)(0!gates)[;`gate`op]
`g1 10
`g2 1
`g3 4
`g9 90
q)shelf:([row:`a`a;place:1 2]book:`p`q)
q)shelf[((`a;1);(`b;7));`book]:`r`s
q)shelf
row place| book
---------| ----
a   1    | r   
a   2    | q   
b   7    | s   

/ A keyed table has other columns than its key's.
q)rate:([cur:`eur`usd]px:1 1.08)
q)delete px from rate
'length
q)`cur`px xkey 0!rate
'length
q)select by cur from([]cur:`eur`usd)
'length
q)delete cur from([]cur:`eur`usd)
+(`symbol$())!()
q)rate _`eur
cur| px  
---| ----
usd| 1.08
q)([]cur:enlist`usd)_ rate
cur| px
---| --
eur| 1 
q)1_([n:1 2 3]v:`a`b`c)
n| v
-| -
2| b
3| c
q)([n:1 2 3]v:`a`b`c)_ 1
n| v
-| -
2| b
3| c
q)-3!(`symbol$())!`long$()
"(`symbol$())!`long$()"
