package tickwatch.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.kx.c;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What graphical clients send when they connect, browse and run a query, over a real socket: texts
 * of the same shape as theirs.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ClientTextsTest {
  private static TestServer server() {
    TestServer server = new TestServer();
    server.letGo();
    server.trades(0, 4);
    return server;
  }

  // ---- Grafana's back-end

  private static c.Dict grafanaCall(String query, String kind) {
    return new c.Dict(
        new String[] {
          "AQUAQ_KDB_BACKEND_GRAF_DATASOURCE",
          "Time",
          "OrgID",
          "Datasource",
          "User",
          "Query",
          "Timeout"
        },
        new Object[] {
          1.0,
          Instant.parse("2026-01-02T03:04:05Z"),
          1L,
          new c.Dict(new String[] {"ID", "Name"}, new Object[] {1L, "kdb".toCharArray()}),
          new c.Dict(new String[] {"UserName"}, new Object[] {"admin".toCharArray()}),
          new c.Dict(new String[] {"Query", "QueryType"}, new Object[] {query.toCharArray(), kind}),
          10_000L
        });
  }

  @Test
  void grafanaChecksItsHealthAndAsks() throws Exception {
    try (TestServer server = server()) {
      c client = server.connect();

      Object health = client.k("{[x] value x[`Query;`Query]}", grafanaCall("1+1", "HEALTHCHECK"));
      c.Flip rows =
          (c.Flip)
              client.k(
                  "{[x] value x[`Query;`Query]}",
                  grafanaCall("select time,price from trade where sym=`a", "QUERY"));
      c.Dict grouped =
          (c.Dict)
              client.k(
                  "{[x] value x[`Query;`Query]}",
                  grafanaCall("select avg price by sym from trade", "QUERY"));

      assertThat(health).isEqualTo(2L);
      assertThat((double[]) rows.at("price")).containsExactly(0, 3);
      assertThat((double[]) ((c.Flip) grouped.y).at("price")).containsExactly(1.5, 1, 2);
      client.close();
    }
  }

  // ---- qStudio

  /** A tree of all namespaces: of each name its type, count, kind and columns or parameters. */
  private static final String TREE =
      """
      / the server's objects
      {   spaces:".",/:string `,key `;
          describe:{[space]
              one:{ [hidden; v; full; name]
                  parts:{$[.Q.qt x; cols x; 100h~type x; (value x)1; `$()]};
                  size: {$[.Q.qp x; $[`pn in key `.Q; {$[count x;sum x;-1]} .Q.pn y; -1]; count x]};
                  (@[type;v;0h]; .[size;(v;full);-2]; @[.Q.qt;v;0b]; @[parts;v;()]; .[in;(name;hidden);0b])};
              hidden: system "b ",space;
              names: asc key[`$space] except `;
              full: $[space~enlist "."; names; space,/:".",/:string names];
              names!.'[ one[hidden;;;]; flip ( @[`$space; names]; full; names)]};
          (`$spaces)!@[describe;;()!()] each spaces}[]""";

  @Test
  void qStudioListsWhatThereIs() throws Exception {
    try (TestServer server = server()) {
      c client = server.connect();
      client.k("f:{[price;size] price*size}");

      c.Dict tree = (c.Dict) client.k(TREE);

      List<String> spaces = List.of((String[]) tree.x);
      assertThat(spaces).contains(".", ".Q", ".u");
      c.Dict root = (c.Dict) ((Object[]) tree.y)[spaces.indexOf(".")];
      List<String> names = List.of((String[]) root.x);
      assertThat(names).containsExactly("f", "status", "trade");
      Object[] function = (Object[]) ((Object[]) root.y)[0];
      assertThat(function[0]).isEqualTo((short) 100);
      assertThat((String[]) function[3]).containsExactly("price", "size");
      Object[] trade = (Object[]) ((Object[]) root.y)[2];
      assertThat(trade[0]).isEqualTo((short) 98);
      assertThat(trade[1]).isEqualTo(4L);
      assertThat(trade[2]).isEqualTo(true);
      assertThat((String[]) trade[3]).containsExactly("time", "sym", "price", "size");
      client.close();
    }
  }

  /** Traps the query, bounds its answer's size and adds what a console would print. */
  private static String wrapped(String query) {
    return "{v:$[`trp in key .Q; .Q.trp[{((1b;`);value x)};x;{((0b;`);x;$[4<count y; .Q.sbt -4 _ y;"
        + " \"\"])}]; ((1b;`);value x)]; a:2000j>@[-22!;v;{0}]; (a;$[a;v;0b];.Q.s v 1)} \""
        + query.replace("\\", "\\\\").replace("\"", "\\\"")
        + "\"";
  }

  @Test
  void qStudioWrapsItsQueries() throws Exception {
    try (TestServer server = server()) {
      c client = server.connect();

      Object[] answered = (Object[]) client.k(wrapped("select price from trade"));
      Object[] failed = (Object[]) client.k(wrapped("f:{x+`a};f 1"));
      Object[] tooLong = (Object[]) client.k(wrapped("til 1000"));

      assertThat(answered[0]).isEqualTo(true);
      Object[] value = (Object[]) answered[1];
      assertThat(((Object[]) value[0])[0]).isEqualTo(true);
      assertThat((double[]) ((c.Flip) value[1]).at("price")).containsExactly(0, 1, 2, 3);
      assertThat(new String((char[]) answered[2]))
          .isEqualTo("price\n-----\n0    \n1    \n2    \n3    \n");
      Object[] error = (Object[]) failed[1];
      assertThat(((Object[]) error[0])[0]).isEqualTo(false);
      assertThat(new String((char[]) error[1])).isEqualTo("type");
      assertThat(new String((char[]) error[2])).contains("{x+`a}").contains("^");
      assertThat(tooLong[0]).isEqualTo(false);
      assertThat(new String((char[]) tooLong[2])).startsWith("0 1 2 3");
      client.close();
    }
  }

  @Test
  void tablesAreBrowsedAPageAtATime() throws Exception {
    try (TestServer server = server()) {
      c client = server.connect();

      assertThat((double[]) ((c.Flip) client.k("select[2] from trade")).at("price"))
          .containsExactly(0, 1);
      assertThat((double[]) ((c.Flip) client.k("select[1 2] from trade")).at("price"))
          .containsExactly(1, 2);
      assertThat((double[]) ((c.Flip) client.k("-2 sublist trade")).at("price"))
          .containsExactly(2, 3);
      client.close();
    }
  }

  // ---- VS Code

  /** Evaluates the lines of an editor one by one in a namespace; says what failed where. */
  private static final String EVALUATE =
      """
      {[ctx; code; stringify]
       if [-10h ~ type ctx;
       ctx: enlist ctx];
       toString: {[data]
       text : .Q.s data;
       : $[all text in " \\r\\n"; .Q.s1[data] , "\\n"; text];
       };
       split: {[expr]
       tokens: -4!expr;
       newlines: where enlist["\\n"] ~/: tokens;
       : "c"$raze each (0 , 1 + newlines where not tokens[1 + newlines] in enlist each " \\t\\r\\n") _ tokens
       };
       run: {[ctx; expressions]
       before: string system "d";
       system "d ", ctx;
       index: 0;
       do [count expressions;
       expr: expressions index;
       isLast: (index + 1) = count expressions;
       if ["\\n" ~ last expr; expr: -1_expr];
       prefix: ";[::;";
       suffix: $[(not isLast) and not ";" ~ last expr; ";]"; "]"];
       expr: prefix , expr , suffix;
       result: .Q.trp[{[expr] `result`errored`error`backtrace!({$[x ~ (::); (::); x]} value expr; 0b; ""; ())};
       expr;
       {[suffix; prefix; err; backtrace]
       mine: (-1 + last where (.Q.trp ~ first first @) each backtrace) # backtrace;
       mine[;3]: reverse 1 + til count mine;
       mine[-1 + count mine; 1; 3]: (neg count suffix) _ (count prefix) _ mine[-1 + count mine; 1; 3];
       mine[-1 + count mine; 2]-: count prefix;
       (!) . flip ((`result; ::); (`errored; 1b); (`error; err); (`backtrace; .Q.sbt mine))
       }[suffix; prefix]];
       if [isLast or result`errored;
       system "d ", before;
       : result];
       index +: 1];
       };
       result: run[ctx; split code];
       if [(not result `errored) and stringify;
       result[`result]: toString result `result];
       result
       }""";

  @Test
  void visualStudioCodeRunsLinesAndShowsWhereTheyFail() throws Exception {
    try (TestServer server = server()) {
      c client = server.connect();

      c.Dict shown = evaluate(client, "p:exec price from trade where sym=`b\nsum p", true);
      c.Dict rows = evaluate(client, "select from trade", false);
      c.Dict failed = evaluate(client, "1+`a", true);

      assertThat(new String((char[]) at(shown, "result"))).isEqualTo("1f\n");
      assertThat(at(rows, "result")).isInstanceOf(c.Flip.class);
      assertThat(at(failed, "errored")).isEqualTo(true);
      assertThat(new String((char[]) at(failed, "error"))).isEqualTo("type");
      assertThat(new String((char[]) at(failed, "backtrace"))).startsWith("  [1]  1+`a\n        ^");
      client.close();
    }
  }

  private static c.Dict evaluate(c client, String code, boolean stringify) throws Exception {
    return (c.Dict) client.k(EVALUATE, ".".toCharArray(), code.toCharArray(), (Object) stringify);
  }

  private static Object at(c.Dict dictionary, String key) {
    return ((Object[]) dictionary.y)[List.of((String[]) dictionary.x).indexOf(key)];
  }

  // ---- every type, there and back

  @Test
  void everyTypeOfAJavaClientComesBackAsItWas() throws Exception {
    UUID guid = UUID.fromString("8c6b8b64-6815-6084-0a3e-178401251b68");
    try (TestServer server = server()) {
      c client = server.connect();
      for (Object value :
          new Object[] {
            true,
            guid,
            (byte) 7,
            (short) -3,
            42,
            Long.MIN_VALUE + 1,
            1.5f,
            -2.25,
            'x',
            "sym",
            Instant.parse("2026-01-02T03:04:05.123456789Z"),
            new c.Month(312),
            LocalDate.of(2026, 1, 2),
            LocalDateTime.of(2026, 1, 2, 3, 4, 5),
            new c.Timespan(123_456_789L),
            new c.Minute(61),
            new c.Second(3_661),
            LocalTime.of(3, 4, 5, 6_000_000),
            new boolean[] {true, false},
            new UUID[] {guid, guid},
            new byte[] {1, 2},
            new short[] {1, 2},
            new int[] {1, 2},
            new long[] {1, 2},
            new float[] {1, 2},
            new double[] {1, Double.POSITIVE_INFINITY},
            "text".toCharArray(),
            new String[] {"a", "b"},
            new Instant[] {Instant.parse("2026-01-02T03:04:05Z")},
            new LocalDate[] {LocalDate.of(2026, 1, 2)},
            new LocalTime[] {LocalTime.of(3, 4)},
            new Object[] {1L, "a", new char[] {'x', 'y'}},
          }) {
        assertThat(client.k("{x}", value)).as("%s", value).isEqualTo(value);
      }
      c.Flip table = new c.Flip(new c.Dict(new String[] {"a"}, new Object[] {new long[] {1, 2}}));
      assertThat((long[]) ((c.Flip) client.k("{x}", table)).at("a")).containsExactly(1, 2);
      assertThat((Object[]) client.k("(0N;0Nd;0Np;0n;`)")).hasSize(5).allMatch(c::qn);
      client.close();
    }
  }
}
