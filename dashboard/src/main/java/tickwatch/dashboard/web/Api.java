package tickwatch.dashboard.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tickwatch.dashboard.watch.Board;
import tickwatch.dashboard.watch.History;
import tickwatch.dashboard.watch.Json;
import tickwatch.dashboard.watch.Sensor;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.User;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;

/**
 * The questions that the page asks beside its stream. All answers are JSON; times are milliseconds
 * since 1970, with decimals.
 *
 * <p><b>Threads.</b> The event loop calls; answers of the rdb are put into words by a worker.
 */
final class Api {
  /** What a person may say of an anomaly. */
  static final Set<String> VERDICTS =
      Set.of("confirmed", "expected", "falseAlarm", "newTrend", "unresolved");

  private static final int MAX_NOTE = 1000;
  private static final int MAX_QUESTION = 20_000;
  private static final int MAX_HISTORY_ROWS = 50_000;
  private static final int ROWS_AROUND = 60;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(4).maxStringLength(65_536).build())
          .build();

  /** Publishes rows; false if there is no tickerplant to take them. */
  @FunctionalInterface
  interface Publisher {
    boolean publish(String table, Table rows);
  }

  private final Board board;
  private final RdbClient rdb;
  private final Publisher publisher;
  private final Clock clock;
  private final Executor workers;

  Api(Board board, RdbClient rdb, Publisher publisher, Clock clock, Executor workers) {
    this.board = board;
    this.rdb = rdb;
    this.publisher = publisher;
    this.clock = clock;
    this.workers = workers;
  }

  private static CompletableFuture<FullHttpResponse> now(FullHttpResponse reply) {
    return CompletableFuture.completedFuture(reply);
  }

  /** The answer to a GET. */
  CompletableFuture<FullHttpResponse> get(QueryStringDecoder uri, User user) {
    Parameters asked = new Parameters(uri);
    return switch (uri.path()) {
      case "/api/user" -> now(Reply.json(200, out -> user(out, user)));
      case "/api/state" -> now(Reply.json(200, this::state));
      case "/api/sensors" -> now(Reply.json(200, out -> board.sensors(out, asked.text("find"))));
      case "/api/anomalies" -> now(Reply.json(200, board::anomalies));
      case "/api/anomaly" -> now(anomaly(asked));
      case "/api/moved" -> now(moved(asked));
      case "/api/series" -> series(asked);
      default -> now(Reply.error(404, "there is no " + uri.path()));
    };
  }

  private static void user(JsonGenerator out, User user) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", user.name());
    out.writeArrayFieldStart("rights");
    for (Right right : Right.values()) {
      if (user.may(right)) {
        out.writeString(right.lowerCase());
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private void state(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeFieldName("stats");
    board.stats(out);
    out.writeFieldName("sensors");
    board.sensors(out, "");
    out.writeFieldName("anomalies");
    board.anomalies(out);
    out.writeEndObject();
  }

  private FullHttpResponse anomaly(Parameters asked) {
    Json.Body body = board.anomaly(asked.text("id"), ROWS_AROUND);
    return body == null
        ? Reply.error(404, "anomaly \"" + asked.text("id") + "\" is not among the last ones")
        : Reply.json(200, body);
  }

  private FullHttpResponse moved(Parameters asked) {
    Sensor sensor = board.sensor(asked.text("sensor"));
    double from = asked.number("from");
    double to = asked.number("to");
    if (sensor == null) {
      return Reply.error(404, "sensor \"" + asked.text("sensor") + "\" is not known");
    }
    if (!(from <= to)) {
      return Reply.error(400, "from, to: expected two times, milliseconds since 1970");
    }
    return Reply.json(
        200,
        out ->
            board.moved(out, sensor, Json.timestampOf(from) - 1000, Json.timestampOf(to) + 1000));
  }

  /** Rows before a time: from memory where they are here, else from the rdb. */
  private CompletableFuture<FullHttpResponse> series(Parameters asked) {
    String key = asked.text("sensor");
    Sensor sensor = board.sensor(key);
    if (sensor == null) {
      return now(Reply.error(404, "sensor \"" + key + "\" is not known"));
    }
    double number = asked.number("rows");
    int rows = (int) Math.max(10, Math.min(MAX_HISTORY_ROWS, Double.isNaN(number) ? 1000 : number));
    double wide = asked.number("px");
    int every =
        Board.every(rows, (int) Math.max(50, Math.min(8192, Double.isNaN(wide) ? 1000 : wide)));
    double before = asked.number("before");
    long beforeTime = Double.isNaN(before) ? Long.MAX_VALUE : Json.timestampOf(before);
    long to = sensor.firstRowFrom(beforeTime);
    long from = to - rows;
    if (from >= sensor.first() || sensor.first() == 0 || !rdb.isConfigured()) {
      return now(Reply.json(200, out -> Board.window(out, sensor, Math.max(0, from), to, every)));
    }
    return history(sensor, beforeTime, rows, every);
  }

  private CompletableFuture<FullHttpResponse> history(
      Sensor sensor, long before, int rows, int every) {
    String table = sensor.source();
    if (!board.tables().containsKey(table) || !table.matches("[A-Za-z][A-Za-z0-9_]*")) {
      return now(
          Reply.error(404, "table \"" + SymbolAtom.textOf(table) + "\" is not in the schema"));
    }
    // The names of tables are the schema's; what a browser sends goes as values, never as text.
    ByteVector question =
        ByteVector.string(
            "{[s;b;n] r:neg[n]#select from "
                + table
                + " where sym=s,time<b;"
                + "(r;select from score where sym=s,source=`"
                + table
                + ",time>=first r`time,time<b)}");
    return rdb.ask(
            ListVector.of(
                question,
                new SymbolAtom(sensor.sym()),
                new LongAtom(QType.TIMESTAMP, before),
                LongAtom.of(rows)))
        .handleAsync(
            (answer, failure) -> {
              if (failure != null) {
                return Reply.error(502, "the rdb says: " + RdbClient.reason(failure));
              }
              if (answer instanceof ListVector both
                  && both.length() == 2
                  && both.get(0) instanceof Table found
                  && both.get(1) instanceof Table scores) {
                Sensor past = History.sensor(table, sensor.sym(), found, scores);
                return Reply.json(200, out -> Board.window(out, past, 0, past.next(), every));
              }
              return Reply.error(502, "the rdb's answer is of type " + answer.typeNumber());
            },
            workers);
  }

  /** The answer to a POST of a JSON object. */
  CompletableFuture<FullHttpResponse> post(String path, byte[] body, User user) {
    Map<String, String> fields;
    try {
      fields = fields(body);
    } catch (JsonProcessingException e) {
      return now(Reply.error(400, "expected a JSON object of texts: " + e.getOriginalMessage()));
    } catch (IOException e) {
      return now(Reply.error(400, "expected a JSON object of texts: " + e.getMessage()));
    }
    return switch (path) {
      case "/api/feedback" -> now(feedback(fields, user));
      case "/api/query" -> query(fields);
      default -> now(Reply.error(404, "there is no " + path));
    };
  }

  private static Map<String, String> fields(byte[] body) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser in = JSON.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it begins with " + in.currentToken());
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        in.nextToken();
        fields.put(name, in.getValueAsString(""));
        in.skipChildren();
      }
    }
    return fields;
  }

  private FullHttpResponse feedback(Map<String, String> fields, User user) {
    String id = fields.getOrDefault("id", "");
    String verdict = fields.getOrDefault("verdict", "");
    String note = fields.getOrDefault("note", "");
    if (!VERDICTS.contains(verdict)) {
      return Reply.error(
          400,
          "verdict: \""
              + verdict
              + "\" (expected: one of "
              + String.join(", ", new TreeSet<>(VERDICTS))
              + ")");
    }
    if (!board.hasAnomaly(id)) {
      return Reply.error(404, "anomaly \"" + id + "\" is not among the last ones");
    }
    if (note.length() > MAX_NOTE) {
      return Reply.error(
          400, "note: " + note.length() + " characters (expected: <= " + MAX_NOTE + ")");
    }
    Table row =
        new Table(
            List.of("time", "sym", "id", "verdict", "user", "note"),
            List.of(
                LongVector.of(QType.TIMESTAMP, Epoch.timestampOf(clock.instant())),
                SymbolVector.of(board.symOf(id)),
                SymbolVector.of(SymbolAtom.bytesOf(id)),
                SymbolVector.of(verdict),
                SymbolVector.of(
                    SymbolAtom.bytesOf(user.name().isEmpty() ? "anonymous" : user.name())),
                ListVector.of(ByteVector.string(note))));
    if (!publisher.publish("feedback", row)) {
      return Reply.error(
          503,
          "the tickerplant cannot be reached: nothing was recorded. Try again when it is back");
    }
    return Reply.json(
        202,
        out -> {
          out.writeStartObject();
          out.writeStringField("status", "sent");
          out.writeEndObject();
        });
  }

  private CompletableFuture<FullHttpResponse> query(Map<String, String> fields) {
    String q = fields.getOrDefault("q", "").strip();
    boolean isCsv = fields.getOrDefault("format", "json").equals("csv");
    if (q.isEmpty() || q.length() > MAX_QUESTION) {
      return now(
          Reply.error(
              400, "q: " + q.length() + " characters (expected: 1 to " + MAX_QUESTION + ")"));
    }
    long start = System.nanoTime();
    return rdb.ask(ByteVector.string(q))
        .handleAsync(
            (answer, failure) -> {
              if (failure != null) {
                return Reply.error(422, RdbClient.reason(failure));
              }
              double millis = (System.nanoTime() - start) / 1e6;
              QueryAnswer told = new QueryAnswer(answer);
              return isCsv
                  ? Reply.of(
                      200, "text/csv; charset=utf-8", told.csv().getBytes(StandardCharsets.UTF_8))
                  : Reply.json(200, out -> told.write(out, millis));
            },
            workers);
  }

  /** What stands behind the question mark. */
  static final class Parameters {
    private final Map<String, List<String>> all;

    Parameters(QueryStringDecoder uri) {
      this.all = uri.parameters();
    }

    /** Empty if it is not given. */
    String text(String name) {
      List<String> values = all.get(name);
      return values == null || values.isEmpty() ? "" : values.get(0);
    }

    /** NaN if it is not given or no number. */
    double number(String name) {
      try {
        return Double.parseDouble(text(name));
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }

    @Nullable String orNull(String name) {
      String text = text(name);
      return text.isEmpty() ? null : text;
    }
  }
}
