package tickwatch.dashboard.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import tickwatch.ipc.value.SymbolAtom;

/** One anomaly as last told, with what people and sinks made of it. */
final class Anomaly {
  private static final int MAX_REMARKS = 20;

  final String id;
  long change;
  long time;
  long start;
  int told;
  String source = "";
  String sym = "";
  String state = "";
  String kind = "";
  String channel = "";
  String detector = "";
  String cause = "";
  double grade = Double.NaN;
  double score = Double.NaN;
  double threshold = Double.NaN;
  double actual = Double.NaN;
  double expected = Double.NaN;
  double lower = Double.NaN;
  double upper = Double.NaN;
  double confidence = Double.NaN;
  String[] channels = {};
  double[] contribution = {};
  private final Deque<Feedback> feedback = new ArrayDeque<>();
  private final Deque<Alert> alerts = new ArrayDeque<>();

  private record Feedback(long time, String verdict, String user, String note) {}

  private record Alert(long time, String sink, String state, String severity, String text) {}

  Anomaly(String id) {
    this.id = id;
  }

  void tell(Rows rows, int row) {
    time = rows.whole("time", row);
    start = rows.whole("start", row);
    sym = rows.symbol("sym", row);
    source = rows.symbol("source", row);
    state = rows.symbol("state", row);
    kind = rows.symbol("kind", row);
    channel = rows.symbol("channel", row);
    detector = rows.symbol("detector", row);
    cause = rows.text("cause", row);
    grade = rows.number("grade", row);
    score = rows.number("score", row);
    threshold = rows.number("threshold", row);
    actual = rows.number("actual", row);
    expected = rows.number("expected", row);
    lower = rows.number("lower", row);
    upper = rows.number("upper", row);
    confidence = rows.number("confidence", row);
    channels = rows.symbols("channels", row);
    double[] shares = rows.numbers("contribution", row);
    contribution = shares == null ? new double[0] : shares;
    told++;
  }

  void judgedByAPerson(Rows rows, int row) {
    feedback.addLast(
        new Feedback(
            rows.whole("time", row),
            rows.symbol("verdict", row),
            rows.symbol("user", row),
            rows.text("note", row)));
    if (feedback.size() > MAX_REMARKS) {
      feedback.removeFirst();
    }
  }

  void alerted(Rows rows, int row) {
    alerts.addLast(
        new Alert(
            rows.whole("time", row),
            rows.symbol("sink", row),
            rows.symbol("state", row),
            rows.symbol("severity", row),
            rows.text("text", row)));
    if (alerts.size() > MAX_REMARKS) {
      alerts.removeFirst();
    }
  }

  boolean isOpen() {
    return !state.equals("closed");
  }

  /** The share of a channel in this anomaly, 0 if it is not named. */
  double share(String name) {
    for (int i = 0; i < channels.length && i < contribution.length; i++) {
      if (channels[i].equals(name)) {
        return contribution[i];
      }
    }
    return 0;
  }

  void write(JsonGenerator out) throws IOException {
    out.writeStartObject();
    Json.symbolField(out, "id", id);
    out.writeStringField("sensor", SymbolAtom.textOf(source) + "/" + SymbolAtom.textOf(sym));
    Json.symbolField(out, "source", source);
    Json.symbolField(out, "sym", sym);
    Json.symbolField(out, "state", state);
    Json.timeField(out, "start", start);
    Json.timeField(out, "time", time);
    Json.field(out, "grade", grade);
    Json.field(out, "score", score);
    Json.field(out, "threshold", threshold);
    Json.symbolField(out, "kind", kind);
    Json.symbolField(out, "channel", channel);
    Json.field(out, "actual", actual);
    Json.field(out, "expected", expected);
    Json.field(out, "lower", lower);
    Json.field(out, "upper", upper);
    Json.field(out, "confidence", confidence);
    Json.symbolField(out, "detector", detector);
    out.writeStringField("cause", cause);
    out.writeNumberField("told", told);
    out.writeArrayFieldStart("channels");
    for (int i = 0; i < channels.length; i++) {
      out.writeStartObject();
      Json.symbolField(out, "name", channels[i]);
      Json.field(out, "share", i < contribution.length ? contribution[i] : Double.NaN);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("feedback");
    for (Feedback remark : feedback) {
      out.writeStartObject();
      Json.timeField(out, "time", remark.time);
      Json.symbolField(out, "verdict", remark.verdict);
      Json.symbolField(out, "user", remark.user);
      out.writeStringField("note", remark.note);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("alerts");
    for (Alert alert : alerts) {
      out.writeStartObject();
      Json.timeField(out, "time", alert.time);
      Json.symbolField(out, "sink", alert.sink);
      Json.symbolField(out, "state", alert.state);
      Json.symbolField(out, "severity", alert.severity);
      out.writeStringField("text", alert.text);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }
}
