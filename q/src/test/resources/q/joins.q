q)t:([]sym:`a`b`a`c;x:1 2 3 4)
q)k:([sym:`a`b]y:10 20)
q)t lj k
sym x y 
--------
a   1 10
b   2 20
a   3 10
c   4   
q)t ij k
sym x y 
--------
a   1 10
b   2 20
a   3 10
q)t lj ([sym:`a`b]x:100 200)
sym x  
-------
a   100
b   200
a   100
c   4  
q)t pj ([sym:`a`b]x:100 200)
sym x  
-------
a   101
b   202
a   103
c   4  
q)([]a:1 2;b:3 4) uj ([]b:5 6;c:7 8)
a b c
-----
1 3  
2 4  
  5 7
  6 8
q)([a:1 2]b:3 4) uj ([a:2 3]b:30 40;c:5 6)
a| b  c
-| ----
1| 3   
2| 30 5
3| 40 6
q)ej[`sym;t;([]sym:`a`c`a;z:7 8 9)]
sym x z
-------
a   1 7
a   1 9
a   3 7
a   3 9
c   4 8
q)trade:([]sym:`a`b`a;time:09:31 09:32 09:35;price:1 2 3f)
q)quote:([]sym:`a`a`b`a;time:09:30 09:31 09:31 09:34;bid:10 11 20 12f)
q)aj[`sym`time;trade;quote]
sym time  price bid
-------------------
a   09:31 1     11 
b   09:32 2     20 
a   09:35 3     12 
q)aj0[`sym`time;trade;quote]
sym time  price bid
-------------------
a   09:31 1     11 
b   09:31 2     20 
a   09:34 3     12 
q)aj[`time;trade;select time,bid from quote]
sym time  price bid
-------------------
a   09:31 1     20 
b   09:32 2     20 
a   09:35 3     12 
q)aj[`sym`time;([]sym:`a`z;time:09:00 09:40);quote]
sym time  bid
-------------
a   09:00    
z   09:40    
q)quote asof `sym`time!(`a;09:33)
bid| 11
q)w:-00:02 00:00+\:trade`time
q)wj[w;`sym`time;trade;(quote;(max;`bid);(min;`bid))]
sym time  price bid
-------------------
a   09:31 1     10 
b   09:32 2     20 
a   09:35 3     11 
q)wj1[w;`sym`time;trade;(quote;(count;`bid))]
sym time  price bid
-------------------
a   09:31 1     2  
b   09:32 2     1  
a   09:35 3     1  
q)t lj t
'type
q)(1!t) ij k
sym| x y 
---| ----
a  | 1 10
b  | 2 20
a  | 3 10
q)t ij ([sym:`z`y]q:1 2)
sym x q
-------
q)([]a:1 2),'([]b:3 4)
a b
---
1 3
2 4

/ A row that finds nothing keeps what it has of a column that both have.
q)w:([]sym:`a`z;time:09:30 09:40;bid:7 8f)
q)b:([]sym:`a`a;time:09:00 09:20;bid:1 2f;n:5 6)
q)aj[`sym`time;w;b]
sym time  bid n
---------------
a   09:30 2   6
z   09:40 8    
q)aj0[`sym`time;w;b]
sym time  bid n
---------------
a   09:20 2   6
z   09:40 8    
q)([]k:1 2;v:`x`y;n:10 20)ijf([k:1 2]v:``z;n:7 0N)
k v n 
------
1 x 7 
2 z 20
q)([]k:1 2;v:3 4)lj()
k v
---
1 3
2 4
