package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.User;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;

class RefusalTest {
  private static final Access BY_NAME =
      (user, password, remote) ->
          switch (user) {
            case "reader" -> new User(user, Set.of(Right.READ));
            case "subscriber" -> new User(user, Set.of(Right.SUBSCRIBE));
            case "publisher" -> new User(user, Set.of(Right.PUBLISH));
            case "admin" -> new User(user, Set.of(Right.values()));
            default -> null;
          };

  @TempDir Path directory;
  private Plant plant;

  @BeforeEach
  void start() {
    plant = new Plant(directory, config -> config.withListen("127.0.0.1", BY_NAME));
  }

  @AfterEach
  void stop() {
    plant.close();
  }

  private RawClient as(String user) {
    return RawClient.connect(plant.port(), user + ":");
  }

  private void assertNothingLogged() {
    assertThat(plant.logBytes()).hasSize(8);
  }

  private static ListVector columns(Value... columns) {
    return ListVector.of(columns);
  }

  @Test
  void aColumnOfAnotherTypeIsRefused() {
    try (RawClient publisher = as("publisher")) {
      ListVector good = trades(1, 2);
      for (ListVector bad :
          new ListVector[] {
            columns(good.get(0), good.get(1), good.get(2), LongVector.of(QType.LONG, 1, 2)),
            columns(good.get(0), good.get(2), good.get(2), good.get(3)),
            columns(LongVector.of(QType.TIMESPAN, 1, 2), good.get(1), good.get(2), good.get(3)),
            columns(good.get(0), good.get(1), symbol("x"), good.get(3)),
            columns(symbol("A"), symbol("B"), symbol("C"), symbol("D")),
          }) {
        assertThat(publisher.refusal(symbol(".u.upd"), symbol("trade"), bad))
            .as("%s", bad)
            .isEqualTo("type");
      }
      assertNothingLogged();
    }
  }

  @Test
  void columnsOfDifferentLengthAreRefused() {
    try (RawClient publisher = as("publisher")) {
      ListVector good = trades(1, 2);
      assertThat(
              publisher.refusal(
                  symbol(".u.upd"),
                  symbol("trade"),
                  columns(good.get(0), good.get(1), good.get(2), IntVector.of(QType.INT, 1))))
          .isEqualTo("length");
      assertNothingLogged();
    }
  }

  @Test
  void tooManyOrTooFewColumnsAreRefused() {
    try (RawClient publisher = as("publisher")) {
      ListVector good = trades(1, 2);
      assertThat(
              publisher.refusal(
                  symbol(".u.upd"),
                  symbol("trade"),
                  columns(good.get(0), good.get(1), good.get(2), good.get(3), good.get(3))))
          .isEqualTo("length");
      assertThat(
              publisher.refusal(
                  symbol(".u.upd"), symbol("trade"), columns(good.get(1), good.get(2))))
          .isEqualTo("length");
      assertNothingLogged();
    }
  }

  @Test
  void anUnknownTableIsRefusedByItsName() {
    try (RawClient publisher = as("publisher")) {
      assertThat(publisher.refusal(symbol(".u.upd"), symbol("nosuch"), trades(1, 1)))
          .isEqualTo("nosuch");
      assertThat(publisher.refusal(symbol(".u.upd"), new LongAtom(QType.LONG, 1), trades(1, 1)))
          .isEqualTo("type");
      assertNothingLogged();
    }
  }

  @Test
  void theTableOfPublishersIsTheTickerplantsOwn() {
    try (RawClient publisher = as("publisher")) {
      assertThat(
              publisher.refusal(
                  symbol(".u.upd"),
                  symbol("publisher"),
                  columns(
                      LongVector.of(QType.TIMESTAMP, 1),
                      SymbolVector.of("feed"),
                      LongVector.of(QType.LONG, 1),
                      IntVector.of(QType.INT, 1))))
          .isEqualTo("access");
      assertNothingLogged();
    }
  }

  @Test
  void asynchronousRefusalsAreCountedAndTheNextMessageIsTaken() throws Exception {
    try (RawClient publisher = as("publisher")) {
      publisher.async(symbol(".u.upd"), symbol("nosuch"), trades(1, 1));
      publisher.async(symbol(".u.upd"), symbol("trade"), columns(FloatVector.of(QType.FLOAT, 1)));
      publisher.async(symbol(".u.upd"), symbol("trade"), trades(1, 1));
      publisher.chase();

      assertThat(plant.logBytes().length).isGreaterThan(8);
      assertThat(get("/metrics").body())
          .contains("tickwatch_tickerplant_refused_total{reason=\"table\"} 1.0")
          .contains("tickwatch_tickerplant_refused_total{reason=\"length\"} 1.0")
          .contains("tickwatch_tickerplant_messages_total{table=\"trade\"} 1.0")
          .contains("tickwatch_tickerplant_log_messages 1.0");
    }
  }

  @Test
  void whoMayNotPublishCannot() {
    for (String user : new String[] {"reader", "subscriber"}) {
      try (RawClient client = as(user)) {
        client.async(symbol(".u.upd"), symbol("trade"), trades(1, 1));
        client.async(
            symbol(".u.updn"),
            symbol("me"),
            new LongAtom(QType.LONG, 1),
            symbol("trade"),
            trades(1, 1));
        assertThat(client.refusal(symbol(".u.upd"), symbol("trade"), trades(1, 1)))
            .isEqualTo("access");
        assertThat(client.refusal(symbol(".u.chk"), symbol("me"))).isEqualTo("access");
      }
    }
    assertNothingLogged();
  }

  @Test
  void whoMayNotSubscribeCannot() {
    for (String user : new String[] {"reader", "publisher"}) {
      try (RawClient client = as(user)) {
        assertThat(client.refusal(symbol(".u.sub"), SymbolAtom.NULL, SymbolAtom.NULL))
            .isEqualTo("access");
        assertThat(
                client.refusal(
                    symbol(".u.logbytes"),
                    symbol(":market2026.11.23"),
                    new LongAtom(QType.LONG, 0),
                    new LongAtom(QType.LONG, 8)))
            .isEqualTo("access");
      }
    }
  }

  @Test
  void onlyAnAdministratorEndsTheDay() {
    for (String user : new String[] {"reader", "publisher", "subscriber"}) {
      try (RawClient client = as(user)) {
        assertThat(client.refusal(symbol(".u.endofday"), symbol(""))).isEqualTo("access");
      }
    }
    try (RawClient client = as("admin")) {
      client.call(symbol(".u.endofday"), symbol(""));
    }
    assertThat(plant.log("2026.11.24")).exists();
  }

  @Test
  void strangersAreNotLetIn() {
    assertThat(catchThrowable(() -> as("stranger"))).isNotNull();
  }

  @Test
  void bytesThatAreNoMessageCloseTheirConnectionOnly() {
    try (RawClient good = as("publisher");
        RawClient bad = as("publisher")) {
      // A general list that says it holds a billion items.
      bad.sendHex("01 00 00 00 0e000000 00 00 00ca9a3b");
      assertThat(bad.isClosedByServer()).isTrue();
      good.call(symbol(".u.upd"), symbol("trade"), trades(1, 1));
    }
  }

  @Test
  void whatCameBeforeTheBadBytesOfOneReadIsTaken() {
    try (RawClient watcher = as("admin");
        RawClient bad = as("publisher")) {
      watcher.subscribe("trade", SymbolAtom.NULL);
      bad.sendHex(
          "01 00 00 00 52000000  00 00 03000000  f5 2e752e75706400  f5 747261646500"
              + "  00 00 04000000"
              + "  0c 00 01000000 e803000000000000"
              + "  0b 00 01000000 533100"
              + "  09 00 01000000 000000000000e03f"
              + "  06 00 01000000 01000000"
              + "  01 00 00 00 0e000000 00 00 00ca9a3b");
      assertThat(bad.isClosedByServer()).isTrue();
      assertThat(((ListVector) watcher.next()).get(1)).isEqualTo(symbol("trade"));
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + plant.port() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void healthAndReadinessAreAnsweredOnTheSamePort() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/ready").statusCode()).isEqualTo(200);
    assertThat(get("/nosuch").statusCode()).isEqualTo(404);
  }
}
