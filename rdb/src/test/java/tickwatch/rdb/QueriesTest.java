package tickwatch.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kx.c;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.User;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.Upd;

/** A client of KX's own making asks over a real socket. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class QueriesTest {
  @Test
  void aTableIsThereBeforeItsFirstRow() throws Exception {
    try (TestServer server = new TestServer()) {
      c client = server.connect();

      assertThat((String[]) client.k("tables[]")).containsExactly("status", "trade");
      assertThat(client.k("count trade")).isEqualTo(0L);
      assertThat((String[]) client.k("cols trade")).containsExactly("time", "sym", "price", "size");
      client.close();
    }
  }

  @Test
  void aQuerySendsMessagesToItsCaller() throws Exception {
    try (TestServer server = new TestServer()) {
      server.trades(0, 9);
      c client = server.connect();

      // Asked for without waiting, answered by a message: q calls it deferred sync.
      client.ks(
          "{(neg .z.w) (`answer; value x); neg[.z.w][]}", "exec sum size from trade".toCharArray());
      Object[] sent = (Object[]) client.k();
      assertThat(sent).containsExactly("answer", 360L);

      // What a question sends comes before its answer.
      client.ks("(neg .z.w) 1 2 3");
      assertThat((long[]) client.k()).containsExactly(1, 2, 3);

      assertThatThrownBy(() -> client.k("(neg 1+.z.w) 1 2 3")).hasMessage("type");
      assertThatThrownBy(() -> client.k(".z.w \"1+1\"")).hasMessage("type");
      client.close();
    }
  }

  @Test
  void messagesOfOneQueryTakeNoMoreThanAnAnswerMay() throws Exception {
    try (TestServer server =
        new TestServer(
            QueryLimits.defaults().withMaxResultBytes(10_000), Access.anonymousLoopback())) {
      c client = server.connect();

      client.ks("(neg .z.w) @[{do[x;(neg .z.w) til 1000]};2;::]");
      assertThat((long[]) client.k()).hasSize(1000);
      assertThat(new String((char[]) client.k())).isEqualTo("limit");
      client.close();
    }
  }

  @Test
  void metaShowsTypesAndThatTimeIsSortedAndSymGrouped() throws Exception {
    try (TestServer server = new TestServer()) {
      server.trades(0, 5);
      c client = server.connect();

      c.Flip meta = c.td(client.k("meta trade"));

      assertThat((String[]) meta.at("c")).containsExactly("time", "sym", "price", "size");
      assertThat((char[]) meta.at("t")).containsExactly('p', 's', 'f', 'j');
      assertThat((String[]) meta.at("a")).containsExactly("s", "g", "", "");
      client.close();
    }
  }

  @Test
  void selectsByAndWhere() throws Exception {
    try (TestServer server = new TestServer()) {
      server.trades(0, 9);
      c client = server.connect();

      c.Flip last = c.td(client.k("select last price, n:count i by sym from trade"));
      assertThat((String[]) last.at("sym")).containsExactly("a", "b", "c");
      assertThat((double[]) last.at("price")).containsExactly(6, 7, 8);
      assertThat((long[]) last.at("n")).containsExactly(3, 3, 3);

      c.Flip some = (c.Flip) client.k("select from trade where sym=`b, price>2");
      assertThat((double[]) some.at("price")).containsExactly(4, 7);
      assertThat((long[]) some.at("size")).containsExactly(40, 70);

      assertThat((double[]) client.k("exec price from trade where time>2000.01.01D00:00:06"))
          .containsExactly(7, 8);
      assertThat(client.k("{[t;s] exec sum size from t where sym=s}", "trade", "c"))
          .isEqualTo(150L);
      client.close();
    }
  }

  @Test
  void aKeyedTableHoldsTheLastRowOfEachKey() throws Exception {
    try (TestServer server = new TestServer()) {
      for (String state : new String[] {"up", "down"}) {
        server.ingest.upd(
            new Upd(
                "status",
                new Table(
                    TestServer.STATUS.columns(),
                    List.of(SymbolVector.of("pump"), SymbolVector.of(state)))),
            false);
      }
      server.ingest.batchComplete();
      c client = server.connect();

      assertThat(client.k("count status")).isEqualTo(1L);
      assertThat((String[]) client.k("exec state from status")).containsExactly("down");
      assertThat((String[]) client.k("keys status")).containsExactly("sym");
      client.close();
    }
  }

  @Test
  void whoSendsMoreSymbolsThanTheHeapIsForIsDisconnectedAndNobodyElse() throws Exception {
    try (TestServer server =
        new TestServer(QueryLimits.defaults(), Access.anonymousLoopback(), 64 << 20)) {
      c client = server.connect();
      c other = server.connect();
      String[] names = new String[100_000];
      Arrays.setAll(names, i -> "s" + i);

      assertThat(client.k("count", Arrays.copyOf(names, 50_000))).isEqualTo(50_000L);
      assertThatThrownBy(() -> client.k("count", names)).isInstanceOf(IOException.class);

      assertThat(other.k("1+1")).isEqualTo(2L);
      other.close();
    }
  }

  @Test
  void aMessageThatWouldNotFitTheHeapAsValuesIsAnsweredAndNotDecoded() throws Exception {
    try (TestServer server =
        new TestServer(QueryLimits.defaults(), Access.anonymousLoopback(), 64 << 20)) {
      c client = server.connect();

      assertThatThrownBy(() -> client.k("count", new byte[4 << 20]))
          .isInstanceOf(c.KException.class)
          .hasMessage("wsfull");

      assertThat(client.k("count", new byte[1 << 20])).isEqualTo(1L << 20);
      client.close();
    }
  }

  @Test
  void whoAsksOnAndOnWithoutReadingIsHeldUpAloneAndGetsAllAnswersInTheEnd() throws Exception {
    int questions = 100;
    byte[] question = "\1\1\0\0\30\0\0\0\12\0\12\0\0\0til 100000".getBytes(ISO_8859_1);
    try (TestServer server = new TestServer();
        Socket socket = new Socket("localhost", server.port())) {
      OutputStream out = socket.getOutputStream();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      out.write("joe:\3\0".getBytes(ISO_8859_1));
      assertThat(in.read()).isEqualTo(3);
      for (int i = 0; i < questions; i++) {
        out.write(question);
      }

      int others = 200;
      c client = server.connect();
      for (int i = 0; i < others; i++) {
        assertThat(client.k("1+1")).isEqualTo(2L);
      }
      // 80 MB of answers, of which the sockets take some.
      assertThat(server.stats.queries.sum()).isLessThan(questions + others);

      for (int i = 0; i < questions; i++) {
        assertThat(in.readNBytes(14 + 800_000)).hasSize(14 + 800_000);
      }
      assertThat(client.k("1+1")).isEqualTo(2L);
      client.close();
    }
  }

  @Test
  void whereUnreadAnswersFillTheHeapWhoHasHadOneForLongestGivesWay() throws Exception {
    try (TestServer server =
        new TestServer(QueryLimits.defaults(), Access.anonymousLoopback(), 64 << 20)) {
      byte[] question = "\1\1\0\0\31\0\0\0\12\0\13\0\0\0til 1500000".getBytes(ISO_8859_1);
      List<Socket> sockets = new ArrayList<>();
      c client = server.connect();
      // Each answer is 12 MB, of which the sockets take some; 16 MB of all may wait.
      for (int i = 0; i < 6; i++) {
        Socket socket = new Socket("localhost", server.port());
        sockets.add(socket);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("joe:\3\0".getBytes(ISO_8859_1));
        assertThat(socket.getInputStream().read()).isEqualTo(3);
        socket.getOutputStream().write(question);
        // The header: it has been answered.
        assertThat(socket.getInputStream().readNBytes(8)).hasSize(8);
        assertThat(client.k("1+1")).isEqualTo(2L);
      }

      Socket oldest = sockets.get(0);
      Socket newest = sockets.get(5);
      assertThat(restOf(oldest)).isLessThan(6 + 12_000_000);
      assertThat(newest.getInputStream().readNBytes(6 + 12_000_000)).hasSize(6 + 12_000_000);
      client.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static int restOf(Socket socket) {
    int bytes = 0;
    byte[] some = new byte[1 << 16];
    try {
      for (int read; (read = socket.getInputStream().read(some)) >= 0; ) {
        bytes += read;
      }
    } catch (IOException e) {
      // Reset: what was on its way is lost.
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "nosuch,nosuch",
        "1+`a,type",
        "1 2+1 2 3,length",
        "trade:1,noupdate",
        "trade[`price]:1,noupdate",
        "`trade set 1,noupdate",
        "delete from `trade,noupdate",
        "update price:0n from `trade,noupdate",
        "`trade insert (.z.p;`a;1.0;1),noupdate",
        "`status upsert (`a;`b),noupdate",
        ".u.t:1,noupdate",
        ".z.pg:{x},access",
        "'oops,oops"
      })
  void anErrorIsAnsweredInQsWord(String text, String word) throws Exception {
    try (TestServer server = new TestServer()) {
      c client = server.connect();

      assertThatThrownBy(() -> client.k(text)).isInstanceOf(c.KException.class).hasMessage(word);

      assertThat(client.k("1+1")).isEqualTo(2L);
      assertThat(server.stats.errors.sum()).isEqualTo(1);
      client.close();
    }
  }

  @Test
  void variablesBelongToTheConnection() throws Exception {
    try (TestServer server = new TestServer()) {
      c one = server.connect();
      c other = server.connect();

      one.k("a:1");
      one.ks("b:a+1");
      assertThat(one.k("a+b")).isEqualTo(3L);
      one.k("f:{x*2}");
      assertThat(one.k("f 21")).isEqualTo(42L);

      assertThatThrownBy(() -> other.k("a")).isInstanceOf(c.KException.class).hasMessage("a");
      one.close();
      other.close();
    }
  }

  @Test
  void variablesTakeNoMoreThanTheirShareOfMemory() throws Exception {
    try (TestServer server =
        new TestServer(
            QueryLimits.defaults().withMaxBytes(1_000_000), Access.anonymousLoopback())) {
      c client = server.connect();

      client.k("a:til 60000");
      client.k("a:til 70000");
      assertThatThrownBy(() -> client.k("b:til 60000"))
          .isInstanceOf(c.KException.class)
          .hasMessage("wsfull");

      assertThat(client.k("count a")).isEqualTo(70_000L);
      client.close();
    }
  }

  @Test
  void anAnswerThatIsTooLongIsRefused() throws Exception {
    try (TestServer server =
        new TestServer(
            QueryLimits.defaults().withMaxResultBytes(10_000), Access.anonymousLoopback())) {
      server.trades(0, 1_000);
      c client = server.connect();

      assertThatThrownBy(() -> client.k("select from trade"))
          .isInstanceOf(c.KException.class)
          .hasMessage("limit");

      assertThat(client.k("count select from trade")).isEqualTo(1_000L);
      client.close();
    }
  }

  @Test
  void aQueryThatMakesTooMuchIsStoppedBeforeItDoes() throws Exception {
    try (TestServer server =
        new TestServer(
            QueryLimits.defaults().withMaxRows(100_000).withMaxBytes(1_000_000),
            Access.anonymousLoopback())) {
      c client = server.connect();

      for (String text :
          new String[] {"til 100001", "raze 300#enlist til 1000", "10 xexp/:til 90000"}) {
        assertThatThrownBy(() -> client.k(text))
            .as(text)
            .isInstanceOf(c.KException.class)
            .hasMessage("wsfull");
      }

      assertThat(client.k("count til 1000")).isEqualTo(1_000L);
      client.close();
    }
  }

  @Test
  void whoAskedWhatIsATable() throws Exception {
    try (TestServer server = new TestServer()) {
      server.trades(0, 5);
      c client = server.connect();
      client.k("select from trade");
      client.k("{[x] x}", 7L);
      assertThatThrownBy(() -> client.k("1+`a")).isInstanceOf(c.KException.class);

      c.Flip log = (c.Flip) client.k("select user,w,text,rows,error from .usage.usage");

      assertThat((String[]) log.at("user")).containsOnly("joe").hasSize(3);
      assertThat((int[]) log.at("w")).containsOnly((Integer) client.k(".z.w"));
      assertThat(((Object[]) log.at("text")))
          .extracting(text -> new String((char[]) text))
          .containsExactly("select from trade", "{[x] x}", "1+`a");
      assertThat((long[]) log.at("rows")).containsExactly(5, 1, 0);
      assertThat((String[]) log.at("error")).containsExactly("", "", "type");
      assertThat((Boolean) client.k("all exec (ms>0)&time within .z.p-0D01 0D from .usage.usage"))
          .isTrue();
      assertThatThrownBy(() -> client.k(".usage.usage:1")).hasMessage("noupdate");
      client.close();
    }
  }

  @Test
  void whoMayNotAdministerSeesOnlyWhatHeAskedHimself() throws Exception {
    Access readers =
        (user, password, remote) ->
            new User(
                user, user.equals("ops") ? Set.of(Right.READ, Right.ADMIN) : Set.of(Right.READ));
    try (TestServer server = new TestServer(QueryLimits.defaults(), readers)) {
      c ann = new c("localhost", server.port(), "ann:");
      c bob = new c("localhost", server.port(), "bob:");
      c ops = new c("localhost", server.port(), "ops:");
      ann.k("1+1");
      bob.k("2+2");

      assertThat((String[]) ann.k("exec user from .usage.usage")).containsExactly("ann");
      assertThat((String[]) bob.k("exec distinct user from .usage.usage")).containsExactly("bob");
      assertThat((Boolean) bob.k("(2+2)~value first exec text from .usage.usage")).isTrue();
      assertThat((String[]) ops.k("exec distinct asc user from .usage.usage"))
          .containsExactly("ann", "bob");
      ann.close();
      bob.close();
      ops.close();
    }
  }

  @Test
  void aQuerySeesOneStateOfATableHoweverOftenItNamesIt() throws Exception {
    try (TestServer server = new TestServer()) {
      server.trades(0, 10);
      c client = server.connect();
      // Evaluated from right to left: counts, waits in .u.i, and counts again.
      CompletableFuture<Object> answer = ask(client, "(count trade;.u.i;count trade)");
      server.awaitQuery();
      server.trades(10, 5);
      server.letGo();

      Object[] counts = asList(answer.get());
      assertThat(counts[0]).isEqualTo(10L);
      assertThat(counts[2]).isEqualTo(10L);
      assertThat(client.k("count trade")).isEqualTo(15L);
      client.close();
    }
  }

  @Test
  void rowsArriveWhileAQueryRuns() throws Exception {
    try (TestServer server = new TestServer()) {
      c slow = server.connect();
      c quick = server.connect();
      CompletableFuture<Object> answer = ask(slow, "(.u.i;count trade)");
      server.awaitQuery();

      for (int batch = 0; batch < 200; batch++) {
        server.trades(1_000 * batch, 1_000);
      }

      assertThat(quick.k("count trade")).isEqualTo(200_000L);
      assertThat(answer).isNotDone();
      server.letGo();
      assertThat(asList(answer.get())[1]).isEqualTo(0L);
      slow.close();
      quick.close();
    }
  }

  @Test
  void closingTheConnectionStopsItsQuery() throws Exception {
    try (TestServer server = new TestServer()) {
      c client = server.connect();
      CompletableFuture<Object> answer = ask(client, ".u.i");
      server.awaitQuery();

      client.close();

      server.awaitInterrupt();
      assertThat(answer).failsWithin(10, TimeUnit.SECONDS);
      c next = server.connect();
      assertThat(next.k("til 3")).isEqualTo(new long[] {0, 1, 2});
      next.close();
    }
  }

  @Test
  void aLoopThatDoesNotEndIsStopped() throws Exception {
    try (TestServer server =
        new TestServer(
            QueryLimits.defaults().withTimeout(Duration.ofMillis(200)),
            Access.anonymousLoopback())) {
      c client = server.connect();

      assertThatThrownBy(() -> client.k("while[1b;1+1]"))
          .isInstanceOf(c.KException.class)
          .hasMessage("stop");

      assertThat(client.k("1+1")).isEqualTo(2L);
      client.close();
    }
  }

  @Test
  void asynchronousQueriesAreEvaluatedInOrderAndNotAnswered() throws Exception {
    try (TestServer server = new TestServer()) {
      c client = server.connect();
      client.k("n:0");
      for (int i = 0; i < 500; i++) {
        client.ks("n:n+1");
      }
      client.ks("nosuch");

      assertThat(client.k("n")).isEqualTo(500L);
      client.close();
    }
  }

  @Test
  void aUserWithoutTheRightToReadGetsNothing() throws Exception {
    Access publishersOnly = (user, password, remote) -> new User(user, Set.of(Right.PUBLISH));
    try (TestServer server = new TestServer(QueryLimits.defaults(), publishersOnly)) {
      c client = server.connect();

      assertThatThrownBy(() -> client.k("1+1"))
          .isInstanceOf(c.KException.class)
          .hasMessage("access");
      client.close();
    }
  }

  @Test
  void aMalformedMessageClosesItsConnectionOnly() throws Exception {
    try (TestServer server = new TestServer()) {
      c client = server.connect();
      try (Socket socket = new Socket("localhost", server.port())) {
        socket.getOutputStream().write(new byte[] {'x', ':', 3, 0});
        assertThat(socket.getInputStream().read()).isEqualTo(3);
        // A vector of a million longs in a message of 14 bytes.
        socket
            .getOutputStream()
            .write(new byte[] {1, 1, 0, 0, 14, 0, 0, 0, 7, 0, 0x40, 0x42, 0x0f, 0});
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }

      assertThat(client.k("1+1")).isEqualTo(2L);
      client.close();
    }
  }

  @Test
  void theHostTellsWhoIsConnected() throws Exception {
    try (TestServer server = new TestServer()) {
      c client = server.connect();

      assertThat(client.k(".z.u")).isEqualTo("joe");
      assertThat((Integer) client.k(".z.w")).isPositive();
      assertThat(client.k(".z.a")).isEqualTo(0x7f000001);
      assertThat(client.k(".z.h")).isEqualTo("testhost");
      assertThat((String[]) client.k(".u.t")).containsExactly("trade", "status");
      client.close();
    }
  }

  @Test
  void theCallOfTheGrafanaBackEndIsUnderstood() throws Exception {
    try (TestServer server = new TestServer()) {
      server.trades(0, 4);
      c client = server.connect();
      c.Dict query =
          new c.Dict(
              new String[] {"AQUAQ_KDB_BACKEND_GRAF_DATASOURCE", "Time", "Query"},
              new Object[] {1.0f, 0L, "select avg price by sym from trade".toCharArray()});

      c.Flip result = c.td(client.k("{[x] value x[`Query]}", query));

      assertThat((double[]) result.at("price")).containsExactly(1.5, 1, 2);
      client.close();
    }
  }

  @Test
  void anEmptyQueryIsAnsweredOnceEverythingBeforeItIsDone() throws Exception {
    try (TestServer server = new TestServer()) {
      c client = server.connect();

      assertThat(client.k("")).isNull();
      client.close();
    }
  }

  private static CompletableFuture<Object> ask(c client, String text) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return client.k(text);
          } catch (c.KException | IOException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> {
          Thread thread = new Thread(task, "client");
          thread.setDaemon(true);
          thread.start();
        });
  }

  private static Object[] asList(Object answer) {
    if (answer instanceof long[] longs) {
      return Arrays.stream(longs).boxed().toArray();
    }
    return (Object[]) answer;
  }
}
