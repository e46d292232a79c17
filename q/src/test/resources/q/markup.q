/ Text as HTML.
q).h.htc[`em;"late"]
"<em>late</em>"
q).h.hta[`img;`src`width!("a.png";40)]
"<img src=\"a.png\" width=40>"
q).h.htac[`p;(enlist`class)!enlist"note";"stale"]
"<p class=\"note\">stale</p>"
q).h.ha["/health";"how it is"]
"<a href=\"/health\">how it is</a>"
q).h.ha[`http://host/x;"there"]
"<a href=http://host/x>there</a>"
q).h.hb[`top;"up"]
"<a target=v href=top>up</a>"
q).h.br
"<br>"
q).h.nbr"1 2"
"<nobr>1 2</nobr>"
q).h.pre("one";"two")
"<pre>one\ntwo\n</pre>"
q).h.xmp enlist"a<b"
"<xmp>a<b\n</xmp>"
q).h.text("one";"two")
"<p>one</p>\n<p>two</p>\n"
q).h.code"run\tls -l\tnow"
"run <code><nobr>ls -l</nobr></code> now"
q).h.hc"a<b>c"
"a&lt;b>c"
q).h.xs"a<b & \"c\""
"a&lt;b &amp; &quot;c&quot;"
q).h.hr"name"
"----"
q).h.html"x"
"<html><head><style>a{text-decoration:none}a:link{color:024C7E}a:visited{colo..
q).h.http"see http://host/a and http://host/b."
"see <a href=\"http://host/a\">http://host/a</a> and <a href=\"http://host/b...
q).h.sb
"body{font:10pt verdana;text-align:justify}"

/ Addresses.
q).h.hu"a b/c?d=1"
"a%20b%2fc%3fd%3d1"
q).h.uh"a%20b%2fc 5% of it"
"a b/c 5% of it"
q).h.uh .h.hu"50% (x)"
"50% (x)"
q)"%"in .h.sc
0b

/ Responses.
q).h.hn["503";`json;"{}"]
"HTTP/1.1 503\r\nContent-Type: application/json\r\nConnection: close\r\nConte..
q).h.hy[`csv;"a,b"]
"HTTP/1.1 200 OK\r\nContent-Type: text/comma-separated-values\r\nConnection: ..
q).h.he"<x>"
"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\..
q).h.hp enlist"up"
"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-L..
q).h.ty`json`gif
"application/json"
"image/gif"

/ Tables.
q)t:([]sym:`a`b;px:1.5 0n;note:("x<y";"z"))
q).h.cd select sym,px from t
"sym,px"
"a,1.5"
"b,"
q).h.td select sym,px from t
"sym\tpx"
"a\t1.5"
"b\t"
q).h.cd(1 2;`x`y)
"1,x"
"2,y"
q).h.cd([]a:1 2;b:(1 2;3 4))
"a,b"
"1,1 2"
"2,3 4"
q).h.xd t
"<R>"
"<r><sym>a</sym><px>1.5</px><note>x&lt;y</note></r>"
"<r><sym>b</sym><px>0n</px><note>z</note></r>"
"</R>"
q)count .h.ed t
2
q).h.edsn[`one`two!(t;1!t)]1
"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"..
q)key .h.tx
`raw`json`csv`txt`xml`xls
q).h.tx[`json]select sym,px from t
"{\"sym\":\"a\",\"px\":1.5}"
"{\"sym\":\"b\",\"px\":null}"
q).h.tx[`csv]select sym from t
"sym"
,"a"
,"b"
q).h.tx[`raw]`a
,`a
q).h.xt[`json;("{\"a\":1}";"{\"a\":2}")]
a
-
1
2
q).h.jx[1;`t]
"<a href=\"?[0\">home</a> <a href=\"?[0\">up</a> <a href=\"?[0\">down</a> <a ..
""
"sym px note"
"-----------"
"b      \"z\" "
q).h.iso8601 2024.05.06D07:08:09.000000010
"2024-05-06T07:08:09.000000010"
q).h.val"1+2"
3
q){x where x like"ht*"}system"f .h"
`hta`htac`htc`html`http
q).h.d:"|"
q).h.cd([]a:1 2;b:(1 2;3 4))
"a,b"
"1,1|2"
"2,3|4"
