q)t:([]time:09:30+til 6;sym:`a`b`a`c`b`a;price:1.5 2.5 3.5 4.5 5.5 6.5;size:10 20 30 40 50 60)
q)select from t
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:33 c   4.5   40  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select sym,price from t
sym price
---------
a   1.5  
b   2.5  
a   3.5  
c   4.5  
b   5.5  
a   6.5  
q)select s:sym,p:2*price from t
s p 
----
a 3 
b 5 
a 7 
c 9 
b 11
a 13
q)select 2*price,price*2,neg size from t
x  price size
-------------
3  3     -10 
5  5     -20 
7  7     -30 
9  9     -40 
11 11    -50 
13 13    -60 
q)select from t where sym=`a
time  sym price size
--------------------
09:30 a   1.5   10  
09:32 a   3.5   30  
09:35 a   6.5   60  
q)select from t where sym in `a`b,price>2
time  sym price size
--------------------
09:31 b   2.5   20  
09:32 a   3.5   30  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select from t where (sym=`a)|price>5
time  sym price size
--------------------
09:30 a   1.5   10  
09:32 a   3.5   30  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select from t where i<2
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
q)select i,sym from t where i in 1 3
x sym
-----
1 b  
3 c  
q)select from t where price=max price
time  sym price size
--------------------
09:35 a   6.5   60  
q)select from t where price within 2 5
time  sym price size
--------------------
09:31 b   2.5   20  
09:32 a   3.5   30  
09:33 c   4.5   40  
q)select from t where sym like "[ab]"
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select from t where 101010b
time  sym price size
--------------------
09:30 a   1.5   10  
09:32 a   3.5   30  
09:34 b   5.5   50  
q)select from t where 0b
time sym price size
-------------------
q)select from t where price>100
time sym price size
-------------------
q)select max price,min price,avg size from t
price price1 size
-----------------
6.5   1.5    35  
q)select sum size by sym from t
sym| size
---| ----
a  | 100 
b  | 70  
c  | 40  
q)select last price,n:count i by sym from t
sym| price n
---| -------
a  | 6.5   3
b  | 5.5   2
c  | 4.5   1
q)select by sym from t
sym| time  price size
---| ----------------
a  | 09:35 6.5   60  
b  | 09:34 5.5   50  
c  | 09:33 4.5   40  
q)select price by sym from t
sym| price      
---| -----------
a  | 1.5 3.5 6.5
b  | 2.5 5.5    
c  | ,4.5       
q)select count i from t
x
-
6
q)select count i by sym from t
sym| x
---| -
a  | 3
b  | 2
c  | 1
q)select size wavg price by sym from t
sym| price   
---| --------
a  | 5.1     
b  | 4.642857
c  | 4.5     
q)select o:first price,h:max price,l:min price,c:last price by sym,2 xbar time from t
sym time | o   h   l   c  
---------| ---------------
a   09:30| 1.5 1.5 1.5 1.5
a   09:32| 3.5 3.5 3.5 3.5
a   09:34| 6.5 6.5 6.5 6.5
b   09:30| 2.5 2.5 2.5 2.5
b   09:34| 5.5 5.5 5.5 5.5
c   09:32| 4.5 4.5 4.5 4.5
q)select sum size by 2 xbar time.minute from t
minute| size
------| ----
09:30 | 30  
09:32 | 70  
09:34 | 110 
q)select sum size by big:price>3 from t
big| size
---| ----
0  | 30  
1  | 180 
q)select (max price)-min price by sym from t
sym| price
---| -----
a  | 5    
b  | 3    
c  | 0    
q)select {max[x]-min x}price by sym from t
sym| price
---| -----
a  | 5    
b  | 3    
c  | 0    
q)select first sym,sum[size]%count i from t
sym size
--------
a   35  
q)select distinct sym from t
sym
---
a  
b  
c  
q)select[2] from t
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
q)select[-2] from t
time  sym price size
--------------------
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select[1 2] from t
time  sym price size
--------------------
09:31 b   2.5   20  
09:32 a   3.5   30  
q)select[2;>price] from t
time  sym price size
--------------------
09:35 a   6.5   60  
09:34 b   5.5   50  
q)select[<size] from t
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:33 c   4.5   40  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select[1;>size] sym from t
sym
---
a  
q)select sums size by sym from t
sym| size     
---| ---------
a  | 10 40 100
b  | 20 70    
c  | ,40      
q)select 3#price from t
price
-----
1.5  
2.5  
3.5  
q)select price*size,2*size,-1#sym,(`a`b?sym) from 1#t
price x  sym sym1
-----------------
15    20 a   0   
q)few:`red`green
q)([]3?1#few;few?`green`red`blue)
few x
-----
red 1
red 0
red 2
q)select price,sum size from t
price size
----------
1.5   210 
2.5   210 
3.5   210 
4.5   210 
5.5   210 
6.5   210 
q)exec price from t
1.5 2.5 3.5 4.5 5.5 6.5
q)exec sym,price from t
sym  | a   b   a   c   b   a
price| 1.5 2.5 3.5 4.5 5.5 6.5
q)exec last price by sym from t
a| 6.5
b| 5.5
c| 4.5
q)exec price by sym from t
a| 1.5 3.5 6.5
b| 2.5 5.5
c| ,4.5
q)exec sym!price from t
a| 1.5
b| 2.5
a| 3.5
c| 4.5
b| 5.5
a| 6.5
q)exec sum size from t
210
q)exec distinct sym from t
`a`b`c
q)exec first price,last price from t
price | 1.5
price1| 6.5
q)exec p:price from t
p| 1.5 2.5 3.5 4.5 5.5 6.5
q)update v:price*size from t
time  sym price size v  
------------------------
09:30 a   1.5   10   15 
09:31 b   2.5   20   50 
09:32 a   3.5   30   105
09:33 c   4.5   40   180
09:34 b   5.5   50   275
09:35 a   6.5   60   390
q)update price:0n from t where sym=`a
time  sym price size
--------------------
09:30 a         10  
09:31 b   2.5   20  
09:32 a         30  
09:33 c   4.5   40  
09:34 b   5.5   50  
09:35 a         60  
q)update size:2*size from t where price>3
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   60  
09:33 c   4.5   80  
09:34 b   5.5   100 
09:35 a   6.5   120 
q)update tot:sum size by sym from t
time  sym price size tot
------------------------
09:30 a   1.5   10   100
09:31 b   2.5   20   70 
09:32 a   3.5   30   100
09:33 c   4.5   40   40 
09:34 b   5.5   50   70 
09:35 a   6.5   60   100
q)update r:sums size by sym from t
time  sym price size r  
------------------------
09:30 a   1.5   10   10 
09:31 b   2.5   20   20 
09:32 a   3.5   30   40 
09:33 c   4.5   40   40 
09:34 b   5.5   50   70 
09:35 a   6.5   60   100
q)update x:1 from t where sym=`z
time  sym price size x
----------------------
09:30 a   1.5   10    
09:31 b   2.5   20    
09:32 a   3.5   30    
09:33 c   4.5   40    
09:34 b   5.5   50    
09:35 a   6.5   60    
q)update price:`x from t where sym=`a
'type
q)delete from t where sym=`a
time  sym price size
--------------------
09:31 b   2.5   20  
09:33 c   4.5   40  
09:34 b   5.5   50  
q)delete price from t
time  sym size
--------------
09:30 a   10  
09:31 b   20  
09:32 a   30  
09:33 c   40  
09:34 b   50  
09:35 a   60  
q)delete price,size from t
time  sym
---------
09:30 a  
09:31 b  
09:32 a  
09:33 c  
09:34 b  
09:35 a  
q)delete nosuch from t
'nosuch
q)select nosuch from t
'nosuch
q)select from nosuch
'nosuch
q)`t
`t
q)update size:0 from `t where sym=`c
`t
q)t
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:33 c   4.5   0   
09:34 b   5.5   50  
09:35 a   6.5   60  
q)delete from `t where sym=`c
`t
q)t
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select from t where price=(max;price) fby sym
time  sym price size
--------------------
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select from t where 1<(count;i) fby sym
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)select from (select sum size by sym from t) where size>60
sym| size
---| ----
a  | 100 
b  | 70  
q)select from select sum size by sym from t where price<5
sym| size
---| ----
a  | 40  
b  | 20  
q)k:select sum size by sym from t
q)k
sym| size
---| ----
a  | 100 
b  | 70  
q)select from k where sym=`a
sym| size
---| ----
a  | 100 
q)select size from k
size
----
100 
70  
q)exec size by sym from k
a| 100
b| 70
q)update size+1 from k
sym| size
---| ----
a  | 101 
b  | 71  
q)0!k
sym size
--------
a   100 
b   70  
q)f:{[tab;s]select from tab where sym=s}
q)f[t;`b]
time  sym price size
--------------------
09:31 b   2.5   20  
09:34 b   5.5   50  
q){select from x where price>y}[t;5]
'rank
q)p:3.5
q)select from t where price=p
time  sym price size
--------------------
09:32 a   3.5   30  
q)select from t where sym=first sym
time  sym price size
--------------------
09:30 a   1.5   10  
09:32 a   3.5   30  
09:35 a   6.5   60  
q)select from ([]a:1 2 3) where a>1
a
-
2
3
q)select a,b:a*2 from ([]a:1 2 3)
a b
---
1 2
2 4
3 6
q)select a,a from ([]a:1 2)
a a1
----
1 1 
2 2 
q)select from t where sym=`a,i=min i
time  sym price size
--------------------
09:30 a   1.5   10  
q)select avg price by sym from t where size>10
sym| price
---| -----
a  | 5    
b  | 4    

/ The functional forms.
q)?[t;();0b;()]
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)?[t;enlist(=;`sym;enlist`a);0b;()]
time  sym price size
--------------------
09:30 a   1.5   10  
09:32 a   3.5   30  
09:35 a   6.5   60  
q)?[t;enlist(>;`price;2);0b;`sym`price!`sym`price]
sym price
---------
b   2.5  
a   3.5  
b   5.5  
a   6.5  
q)?[t;();(enlist`sym)!enlist`sym;(enlist`s)!enlist(sum;`size)]
sym| s  
---| ---
a  | 100
b  | 70 
q)?[t;();();`price]
1.5 2.5 3.5 5.5 6.5
q)?[t;();();(sum;`size)]
170
q)?[t;();`sym;`price]
a| 1.5 3.5 6.5
b| 2.5 5.5
q)?[t;();();`a`b!`sym`price]
a| a   b   a   b   a
b| 1.5 2.5 3.5 5.5 6.5
q)?[t;();1b;(enlist`sym)!enlist`sym]
sym
---
a  
b  
q)?[t;();0b;();2]
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
q)?[t;();0b;();2;(>:;`price)]
time  sym price size
--------------------
09:35 a   6.5   60  
09:34 b   5.5   50  
q)?[`t;();0b;()]
time  sym price size
--------------------
09:30 a   1.5   10  
09:31 b   2.5   20  
09:32 a   3.5   30  
09:34 b   5.5   50  
09:35 a   6.5   60  
q)?[t;0 1;`price]
1.5 2.5
q)![t;();0b;(enlist`v)!enlist(*;`price;`size)]
time  sym price size v  
------------------------
09:30 a   1.5   10   15 
09:31 b   2.5   20   50 
09:32 a   3.5   30   105
09:34 b   5.5   50   275
09:35 a   6.5   60   390
q)![t;enlist(=;`sym;enlist`a);0b;(enlist`size)!enlist 0]
time  sym price size
--------------------
09:30 a   1.5   0   
09:31 b   2.5   20  
09:32 a   3.5   0   
09:34 b   5.5   50  
09:35 a   6.5   0   
q)![t;();(enlist`sym)!enlist`sym;(enlist`m)!enlist(max;`price)]
time  sym price size m  
------------------------
09:30 a   1.5   10   6.5
09:31 b   2.5   20   5.5
09:32 a   3.5   30   6.5
09:34 b   5.5   50   5.5
09:35 a   6.5   60   6.5
q)![t;enlist(=;`sym;enlist`a);0b;`symbol$()]
time  sym price size
--------------------
09:31 b   2.5   20  
09:34 b   5.5   50  
q)![t;();0b;`price`size]
time  sym
---------
09:30 a  
09:31 b  
09:32 a  
09:34 b  
09:35 a  
q)?[101b;1 2 3;10 20 30]
1 20 3
q)?[1b;`a;`b]
`a
q)?[110b;`x;`y]
`x`x`y

/ Dictionaries.
q)select from `a`b!(1 2;3 4)
a b
---
1 3
2 4
q)exec a from `a`b!(1 2;3 4)
1 2
q)update c:5 from `a`b!1 2
a| 1
b| 2
c| 5

/ Groups of no row give columns of a type, too.
q)meta update o:prev s,m:{sum x}v by s from([]s:`a`b;v:1 2)where v>5
c| t f a
-| -----
s| s    
v| j    
o| s    
m| j    

/ The last row of each group.
q)exec by s from([]s:`a`b`a;v:1 2 3)
 | s v
-| ---
a| a 3
b| b 2
q)() xgroup([]s:`a`b;v:1 2)
'length
