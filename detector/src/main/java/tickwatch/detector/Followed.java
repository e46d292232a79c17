package tickwatch.detector;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import tickwatch.detector.alert.Alert;
import tickwatch.detector.alert.AlertBook;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.health.HealthEvent;
import tickwatch.detector.model.Model;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.Table;

/**
 * One followed table: its rows, and the three streams that are published of it, each with a
 * publisher's name and numbers of its own.
 *
 * <pre>
 *   detector-TABLE  score, anomaly, alert   found in judged rows, in order
 *   health-TABLE    alert                   found in rows as they come
 *   alerts-TABLE    alert                   what targets took; numbered by the clock
 * </pre>
 *
 * <p><b>Threads.</b> The subscriber's, except for {@link #delivered}.
 */
final class Followed {
  final Model model;
  final Judge judge;
  final Source source;
  final Outbox outbox;
  final Publication publication;
  private final StateFile state;
  private final AlertDesk desk;
  private final boolean isHealthTold;
  private final AlertBook book;
  private final Clock clock;

  private final Outbox healthOutbox;
  private final RowNumbers healthNumbers = new RowNumbers();
  private AlertRows healthRows = new AlertRows();
  private final List<Long> healthRowNumbers = new ArrayList<>();

  private final Outbox deliveryOutbox;
  private long lastDelivery;

  Followed(
      Model model,
      Judge judge,
      Source source,
      Publication publication,
      Outbox outbox,
      StateFile state,
      Outbox.Link link,
      AlertDesk desk,
      AlertBook book,
      boolean isHealthTold,
      Clock clock) {
    this.model = model;
    this.judge = judge;
    this.source = source;
    this.publication = publication;
    this.outbox = outbox;
    this.state = state;
    this.healthOutbox = new Outbox("health-" + source.table(), link);
    this.deliveryOutbox = new Outbox("alerts-" + source.table(), link);
    this.desk = desk;
    this.book = book;
    this.isHealthTold = isHealthTold;
    this.clock = clock;
  }

  void connected() {
    outbox.connected();
    healthOutbox.connected();
    deliveryOutbox.connected();
  }

  void disconnected() {
    outbox.disconnected();
    healthOutbox.disconnected();
    deliveryOutbox.disconnected();
  }

  long unconfirmedRows() {
    return outbox.unconfirmedRows()
        + healthOutbox.unconfirmedRows()
        + deliveryOutbox.unconfirmedRows();
  }

  /** The rows that follow are of this day's log. */
  void logOpened(int day) {
    flush();
    publication.logOpened(day);
    healthNumbers.logOpened(day);
  }

  void numberFrom(long number) {
    publication.numberFrom(number);
    healthNumbers.numberFrom(number);
  }

  /**
   * Makes sure that what is found from now on is not taken for a resend.
   *
   * @return whether the tickerplant has accepted more than its log explains
   */
  boolean goOnAboveAccepted() {
    flush();
    healthNumbers.goOnAbove(healthOutbox.accepted(), source.row());
    return publication.goOnAbove(outbox.accepted(), source.row());
  }

  /** Hands over what is there. */
  void flush() {
    publication.flush();
    if (healthRows.count() > 0) {
      long[] numbers = healthRowNumbers.stream().mapToLong(Long::longValue).toArray();
      healthOutbox.offer(AlertRows.ALERT, healthRows.table(), numbers);
      healthRows = new AlertRows();
      healthRowNumbers.clear();
    }
  }

  void anomaly(long row, Anomaly anomaly) {
    publication.anomaly(row, anomaly);
    AlertRows rows = new AlertRows();
    for (Alert alert : book.told(anomaly)) {
      rows.add(alert, AlertRows.LOG_SINK, alert.state(), alert.summary());
      desk.told(alert);
    }
    publication.alerts(row, rows);
  }

  void health(long row, HealthEvent event) {
    Alert alert = book.told(source.tableText(), event);
    healthRows.add(alert, AlertRows.HEALTH_SINK, alert.state(), alert.summary());
    healthRowNumbers.add(healthNumbers.of(row, 0));
    if (isHealthTold) {
      desk.told(alert);
    }
  }

  /** A target took an alert, or never will. Any thread. */
  void delivered(Alert alert, String sink, boolean isDelivered, int attempts) {
    AlertRows rows = new AlertRows();
    rows.add(
        alert,
        sink,
        isDelivered ? alert.state() : AlertRows.FAILED,
        alert.state() + (isDelivered ? " taken" : " given up") + ", attempts: " + attempts);
    Table table = rows.table();
    synchronized (this) {
      long now = Epoch.timestampOf(clock.instant());
      lastDelivery = Math.max(Math.max(lastDelivery, deliveryOutbox.accepted()) + 1, now);
      deliveryOutbox.offer(AlertRows.ALERT, table, new long[] {lastDelivery});
    }
  }

  // ---- over an end of day

  void keep(int day) {
    state.write(day, source, this::save);
  }

  void recall(int day) {
    state.read(day, source, this::restore);
  }

  private void save(DataOutput out) throws IOException {
    judge.saveNetwork(out);
    book.save(out);
    List<String> sinks = desk.sinks();
    out.writeInt(sinks.size());
    for (String sink : sinks) {
      out.writeUTF(sink);
      saveOwn(desk.undelivered(sink), out);
      saveOwn(desk.goingOn(sink), out);
    }
  }

  private void saveOwn(List<Alert> all, DataOutput out) throws IOException {
    List<Alert> own =
        all.stream().filter(alert -> alert.source().equals(source.tableText())).toList();
    out.writeInt(own.size());
    for (Alert alert : own) {
      alert.save(out);
    }
  }

  private void restore(DataInput in) throws IOException {
    judge.restoreNetwork(in, source);
    book.restore(in);
    int sinks = in.readInt();
    for (int i = 0; i < sinks; i++) {
      String sink = in.readUTF();
      int alerts = in.readInt();
      for (int a = 0; a < alerts; a++) {
        desk.restored(sink, Alert.read(in));
      }
      int goingOn = in.readInt();
      for (int a = 0; a < goingOn; a++) {
        desk.restoredGoingOn(sink, Alert.read(in));
      }
    }
  }
}
