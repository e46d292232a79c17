package tickwatch.dashboard.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.tick.Schema;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickListener;
import tickwatch.tick.Upd;

/**
 * Everything the page shows, as the tickerplant tells it.
 *
 * <p>Frames for browsers are made here: {@link #turn} ten times a second, then {@link #frame} for
 * each browser that can take one. A browser that cannot misses nothing: its next frame covers all
 * that changed since its last one. Browsers that look at the same share the work.
 *
 * <p><b>Threads.</b> One thread, the event loop of the subscriber, calls everything.
 */
public final class Board implements TickListener {
  private static final long STATS_NANOS = 500_000_000L;
  private static final long SENSORS_NANOS = 1_000_000_000L;
  private static final int MOST_ANOMALIES_AT_ONCE = 300;
  private static final int MOST_LISTED_SENSORS = 200;
  private static final int STRIP_PARTS = 120;

  /** What {@link #stats} adds of those who show the board. */
  public interface Surroundings {
    void write(JsonGenerator out) throws IOException;
  }

  private final Sensors sensors;
  private final Anomalies anomalies;
  private final Processes processes = new Processes();
  private final Latency latency = new Latency();
  private final Rate rows = new Rate();
  private final Rate verdicts = new Rate();
  private final LongSupplier nanoClock;
  private final String run;
  private final Surroundings surroundings;
  private final Map<String, Channels> channelsByTable = new HashMap<>();
  private final Set<Sensor> changed = new HashSet<>();
  private final Map<FrameKey, byte[]> viewPieces = new HashMap<>();
  private final Map<Long, byte[]> anomalyPieces = new HashMap<>();
  private byte @Nullable [] statsPiece;
  private byte @Nullable [] sensorsPiece;

  private String state = "connecting";
  private String why = "";
  private long rowCount;
  private long verdictCount;
  private long lastRowNanos;
  private long lastVerdictNanos;

  private record FrameKey(Sensor sensor, int rows, int every, long cursor, boolean isWhole) {}

  /**
   * An empty board.
   *
   * @param maxRows rows of a sensor, at most
   * @param maxBytes of all rows, about
   * @param run tells this process from the one before it
   * @param nanoClock as {@code System.nanoTime}
   */
  public Board(
      int maxRows,
      long maxBytes,
      int maxSensors,
      int maxAnomalies,
      String run,
      LongSupplier nanoClock,
      Surroundings surroundings) {
    this.sensors = new Sensors(maxRows, maxBytes, maxSensors);
    this.anomalies = new Anomalies(maxAnomalies);
    this.run = run;
    this.nanoClock = nanoClock;
    this.surroundings = surroundings;
    this.lastRowNanos = nanoClock.getAsLong();
    this.lastVerdictNanos = lastRowNanos;
  }

  // ---- what the tickerplant tells

  @Override
  public void subscribed(Schema schema) {
    channelsByTable.clear();
    for (TableSchema table : schema.tables()) {
      if (!SystemTables.contains(table.name())) {
        channelsByTable.put(table.name(), Channels.of(table));
      }
    }
    state = "replaying";
    why = "";
  }

  /** What was shown stays on the page; the rows that come again are shown behind it. */
  @Override
  public void reset(String reason) {
    state = "replaying";
    why = reason;
  }

  @Override
  public void live() {
    state = "live";
  }

  @Override
  public void disconnected(String reason) {
    state = "disconnected";
    why = reason;
  }

  @Override
  public void upd(Upd upd, boolean replayed) {
    Rows table = new Rows(upd.rows());
    switch (upd.table()) {
      case "score" -> judge(table, replayed);
      case "anomaly" -> anomalies.tell(table);
      case "feedback" -> anomalies.judgedByPeople(table);
      case "alert" -> anomalies.alerted(table);
      case "heartbeat" -> {
        if (!replayed) {
          processes.beat(table, nanoClock.getAsLong());
        }
      }
      default -> {
        if (!SystemTables.contains(upd.table())) {
          add(upd, replayed);
        }
      }
    }
  }

  private void add(Upd upd, boolean replayed) {
    Channels channels = channelsByTable.get(upd.table());
    if (channels == null
        || !(upd.rows().column("time") instanceof LongVector times)
        || !(upd.rows().column("sym") instanceof SymbolVector syms)) {
      return;
    }
    channels = channels.fit(upd.rows());
    long now = nanoClock.getAsLong();
    int count = upd.rows().rowCount();
    rowCount += count;
    lastRowNanos = now;
    if (!replayed) {
      rows.add(count, now);
    }
    double[] values = new double[channels.count()];
    Sensor sensor = null;
    for (int row = 0; row < count; row++) {
      if (sensor == null || !sensor.sym().equals(syms.get(row))) {
        sensor = sensors.sensor(upd.table(), syms.get(row), channels.names());
        changed.add(sensor);
      }
      channels.read(upd.rows(), row, values);
      sensor.add(times.get(row), replayed ? 0 : now, values);
    }
  }

  private void judge(Rows table, boolean replayed) {
    long now = nanoClock.getAsLong();
    verdictCount += table.count();
    lastVerdictNanos = now;
    if (!replayed) {
      verdicts.add(table.count(), now);
    }
    for (int row = 0; row < table.count(); row++) {
      Sensor sensor = sensors.find(table.symbol("source", row), table.symbol("sym", row));
      if (sensor == null) {
        continue;
      }
      long judged = sensor.judge(table, row);
      if (judged >= 0) {
        changed.add(sensor);
        long arrival = sensor.arrivalOf(judged);
        if (!replayed && arrival != 0) {
          latency.record(now - arrival, now);
        }
      }
    }
  }

  // ---- frames

  /** Begins a new round of frames; {@code viewers} are all there are. */
  public void turn(Iterable<Viewer> viewers) {
    viewPieces.clear();
    anomalyPieces.clear();
    statsPiece = null;
    sensorsPiece = null;
    for (Viewer viewer : viewers) {
      Sensor sensor = viewer.sensor;
      if (sensor != null && changed.contains(sensor)) {
        viewer.changedFrom(sensor.changedFrom());
      }
    }
    changed.forEach(Sensor::clearChanges);
    changed.clear();
  }

  /** The next frame of a browser, a JSON object; null if there is nothing to tell. */
  public byte @Nullable [] frame(Viewer viewer) {
    long now = nanoClock.getAsLong();
    choose(viewer);
    Sensor sensor = viewer.sensor;
    byte[] view = sensor == null ? null : view(viewer, sensor);
    byte[] told = anomalies(viewer);
    boolean isStatsDue = !viewer.isTold || now - viewer.statsDueNanos >= 0;
    boolean areSensorsDue = !viewer.isTold || now - viewer.sensorsDueNanos >= 0;
    if (view == null && told == null && !isStatsDue && !areSensorsDue) {
      return null;
    }
    viewer.isTold = true;
    ByteArrayOutputStream out = new ByteArrayOutputStream(view == null ? 512 : view.length + 512);
    put(out, "{\"run\":\"" + run + "\"");
    if (sensor != null) {
      viewer.mark = Viewer.mark(run, sensor);
      put(out, ",\"mark\":\"" + viewer.mark + "\"");
    }
    part(out, "view", view);
    part(out, "anomalies", told);
    if (isStatsDue) {
      viewer.statsDueNanos = now + STATS_NANOS;
      statsPiece = statsPiece == null ? Json.bytes(this::stats) : statsPiece;
      part(out, "stats", statsPiece);
    }
    if (areSensorsDue) {
      viewer.sensorsDueNanos = now + SENSORS_NANOS;
      sensorsPiece = sensorsPiece == null ? Json.bytes(json -> sensors(json, "")) : sensorsPiece;
      part(out, "sensors", sensorsPiece);
    }
    put(out, "}");
    return out.toByteArray();
  }

  private static void part(ByteArrayOutputStream out, String name, byte @Nullable [] json) {
    if (json != null) {
      put(out, ",\"" + name + "\":");
      out.writeBytes(json);
    }
  }

  private static void put(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void choose(Viewer viewer) {
    Sensor at = viewer.sensor;
    if (at != null && sensors.find(at.source(), at.sym()) == at) {
      return;
    }
    Sensor wanted = viewer.wantedKey.isEmpty() ? best() : sensors.ofKey(viewer.wantedKey);
    viewer.sensor = null;
    if (wanted != null) {
      viewer.look(wanted, run);
    }
  }

  /** The sensor most worth looking at: with an open anomaly, else judged, else any. */
  private @Nullable Sensor best() {
    Sensor open = null;
    for (Anomaly anomaly : anomalies.all()) {
      if (anomaly.isOpen()) {
        Sensor sensor = sensors.find(anomaly.source, anomaly.sym);
        open = sensor == null ? open : sensor;
      }
    }
    if (open != null) {
      return open;
    }
    return sensors.all().stream()
        .max(
            Comparator.comparing((Sensor sensor) -> sensor.judgedRows() > 0)
                .thenComparing(Comparator.comparing(Sensor::key).reversed()))
        .orElse(null);
  }

  private byte @Nullable [] view(Viewer viewer, Sensor sensor) {
    long next = sensor.next();
    if (!viewer.isWhole && viewer.cursor >= next) {
      return null;
    }
    long oldest = Math.max(viewer.cursor, next - viewer.rows);
    long from = Math.max(oldest / viewer.every * viewer.every, sensor.first());
    FrameKey key = new FrameKey(sensor, viewer.rows, viewer.every, from, viewer.isWhole);
    boolean isWhole = viewer.isWhole;
    byte[] piece =
        viewPieces.computeIfAbsent(
            key,
            unused ->
                Json.bytes(out -> view(out, sensor, viewer.rows, viewer.every, from, isWhole)));
    viewer.cursor = next;
    viewer.isWhole = false;
    return piece;
  }

  private static void view(
      JsonGenerator out, Sensor sensor, int rows, int every, long from, boolean isWhole)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("sensor", sensor.key());
    out.writeNumberField("rows", rows);
    out.writeNumberField("every", every);
    out.writeNumberField("next", sensor.next());
    out.writeNumberField("first", sensor.first());
    out.writeNumberField("judged", sensor.judgedRows());
    if (isWhole) {
      out.writeBooleanField("whole", true);
      Json.symbolField(out, "detector", sensor.detector());
      out.writeArrayFieldStart("channels");
      for (String channel : sensor.channels()) {
        out.writeString(channel);
      }
      out.writeEndArray();
    }
    Points.write(out, sensor, from, sensor.next(), every);
    out.writeEndObject();
  }

  /**
   * Those that changed since the viewer was told, or as many as fit: the next frame has the rest.
   */
  private byte @Nullable [] anomalies(Viewer viewer) {
    long since = viewer.anomalyCursor;
    if (since >= anomalies.changes()) {
      return null;
    }
    List<Anomaly> told = anomalies.since(since, MOST_ANOMALIES_AT_ONCE);
    viewer.anomalyCursor =
        told.size() < MOST_ANOMALIES_AT_ONCE
            ? anomalies.changes()
            : told.get(told.size() - 1).change;
    return anomalyPieces.computeIfAbsent(since, unused -> Json.bytes(out -> write(out, told)));
  }

  private static void write(JsonGenerator out, Collection<Anomaly> told) throws IOException {
    out.writeStartArray();
    for (Anomaly anomaly : told) {
      anomaly.write(out);
    }
    out.writeEndArray();
  }

  // ---- what a browser or a script asks

  /** Writes the numbers of the head of the page. */
  public void stats(JsonGenerator out) throws IOException {
    long now = nanoClock.getAsLong();
    long backlog = 0;
    long warming = 0;
    long wanted = 0;
    Set<String> judgedTables = new HashSet<>();
    long late = 0;
    long flagged = 0;
    for (Sensor sensor : sensors.all()) {
      backlog += sensor.backlog();
      late += sensor.lateRows();
      flagged += sensor.flaggedRows();
      if (sensor.judgedRows() > 0) {
        judgedTables.add(sensor.source());
      }
    }
    // Before the first verdict of all nobody knows which tables a detector will judge.
    for (Sensor sensor : sensors.all()) {
      boolean isWanted = judgedTables.isEmpty() || judgedTables.contains(sensor.source());
      wanted += isWanted ? 1 : 0;
      warming += isWanted && sensor.judgedRows() == 0 ? 1 : 0;
    }
    out.writeStartObject();
    out.writeStringField("state", state);
    out.writeStringField("why", why);
    Json.field(out, "rowsPerSecond", rows.perSecond(now));
    Json.field(out, "verdictsPerSecond", verdicts.perSecond(now));
    Json.field(out, "p50", latency.percentileMillis(50, now));
    Json.field(out, "p99", latency.percentileMillis(99, now));
    out.writeNumberField("backlog", backlog);
    out.writeNumberField("rows", rowCount);
    out.writeNumberField("verdicts", verdictCount);
    out.writeNumberField("flagged", flagged);
    out.writeNumberField("late", late);
    out.writeNumberField("sensors", sensors.count());
    out.writeNumberField("judgeable", wanted);
    out.writeNumberField("warming", warming);
    out.writeNumberField("anomalies", anomalies.opened());
    out.writeNumberField("open", anomalies.all().stream().filter(Anomaly::isOpen).count());
    Json.field(out, "rowAge", rowCount == 0 ? Double.NaN : (now - lastRowNanos) / 1e9);
    Json.field(out, "verdictAge", verdictCount == 0 ? Double.NaN : (now - lastVerdictNanos) / 1e9);
    out.writeNumberField("rowLimit", sensors.rowLimit());
    out.writeNumberField("evicted", sensors.evicted());
    out.writeFieldName("processes");
    processes.write(out, now);
    surroundings.write(out);
    out.writeEndObject();
  }

  /**
   * Writes the sensors: those with open anomalies first, then by name; at most a page of them.
   *
   * @param find only those whose key holds this, in capitals or not
   */
  public void sensors(JsonGenerator out, String find) throws IOException {
    Set<String> open = new HashSet<>();
    for (Anomaly anomaly : anomalies.all()) {
      if (anomaly.isOpen()) {
        open.add(SymbolAtom.textOf(anomaly.source) + "/" + SymbolAtom.textOf(anomaly.sym));
      }
    }
    String wanted = find.toLowerCase(Locale.ROOT);
    List<Sensor> found = new ArrayList<>();
    for (Sensor sensor : sensors.all()) {
      if (sensor.key().toLowerCase(Locale.ROOT).contains(wanted)) {
        found.add(sensor);
      }
    }
    found.sort(
        Comparator.comparing((Sensor sensor) -> !open.contains(sensor.key()))
            .thenComparing(Sensor::key));
    out.writeStartArray();
    for (Sensor sensor : found.subList(0, Math.min(MOST_LISTED_SENSORS, found.size()))) {
      long last = sensor.next() - 1;
      out.writeStartObject();
      out.writeStringField("key", sensor.key());
      out.writeNumberField("rows", sensor.next());
      out.writeNumberField("judged", sensor.judgedRows());
      out.writeNumberField("flagged", sensor.flaggedRows());
      out.writeNumberField("late", sensor.lateRows());
      out.writeBooleanField("open", open.contains(sensor.key()));
      Json.timeField(out, "time", sensor.timeOf(last));
      out.writeStringField("strip", sensor.strip(stripRows(sensor), STRIP_PARTS));
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static int stripRows(Sensor sensor) {
    return (int) Math.max(STRIP_PARTS, Math.min(1200, sensor.next() - sensor.first()));
  }

  /** Writes all anomalies that are kept, the oldest first. */
  public void anomalies(JsonGenerator out) throws IOException {
    write(out, anomalies.all());
  }

  /** The sensor of this key, or null. */
  public @Nullable Sensor sensor(String key) {
    return sensors.ofKey(key);
  }

  /** Whether an anomaly of this id is kept. */
  public boolean hasAnomaly(String id) {
    return anomalies.get(SymbolAtom.bytesOf(id)) != null;
  }

  /** The sym of an anomaly, one char a byte; empty if it is not kept. */
  public String symOf(String id) {
    Anomaly anomaly = anomalies.get(SymbolAtom.bytesOf(id));
    return anomaly == null ? "" : anomaly.sym;
  }

  /** Writes an anomaly with what surrounds it; null if it is not kept. */
  public Json.@Nullable Body anomaly(String id, int rowsAround) {
    Anomaly anomaly = anomalies.get(SymbolAtom.bytesOf(id));
    return anomaly == null ? null : out -> detail(out, anomaly, rowsAround);
  }

  private void detail(JsonGenerator out, Anomaly anomaly, int rowsAround) throws IOException {
    Sensor sensor = sensors.find(anomaly.source, anomaly.sym);
    out.writeStartObject();
    out.writeFieldName("anomaly");
    anomaly.write(out);
    out.writeStringField("q", query(anomaly));
    out.writeFieldName("similar");
    Analysis.writeSimilar(out, anomaly, anomalies);
    long start = sensor == null ? 0 : sensor.firstRowFrom(anomaly.start);
    boolean isHere =
        sensor != null && start < sensor.next() && sensor.timeOf(start) == anomaly.start;
    if (sensor != null && isHere) {
      long end =
          Math.max(start + 1, Math.min(sensor.next(), sensor.firstRowFrom(anomaly.time) + 1));
      long from = Math.max(sensor.first(), start - rowsAround);
      long to = Math.min(sensor.next(), Math.min(end, start + 4L * rowsAround) + rowsAround);
      int channel = sensor.channels().indexOf(SymbolAtom.textOf(anomaly.channel));
      out.writeFieldName("companions");
      Analysis.writeCompanions(out, sensor, channel, start);
      out.writeFieldName("moved");
      Analysis.writeMoved(out, sensor, start, end);
      out.writeFieldName("window");
      window(out, sensor, from, to, 1);
    }
    out.writeEndObject();
  }

  /** Writes rows of a sensor as a window of its own. */
  public static void window(JsonGenerator out, Sensor sensor, long from, long to, int every)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("sensor", sensor.key());
    out.writeNumberField("every", every);
    out.writeNumberField("first", sensor.first());
    out.writeNumberField("next", sensor.next());
    out.writeNumberField("judged", sensor.judgedRows());
    out.writeArrayFieldStart("channels");
    for (String channel : sensor.channels()) {
      out.writeString(channel);
    }
    out.writeEndArray();
    Points.write(out, sensor, from, to, every);
    out.writeEndObject();
  }

  /** Writes the channels of a sensor by how much they moved between two q timestamps. */
  public void moved(JsonGenerator out, Sensor sensor, long fromTime, long toTime)
      throws IOException {
    long from = sensor.firstRowFrom(fromTime);
    long to = Math.max(from, sensor.firstRowFrom(toTime + 1));
    out.writeStartObject();
    out.writeNumberField("rows", to - from);
    long flags = 0;
    for (long row = from; row < to; row++) {
      flags += sensor.isFlagged(row) ? 1 : 0;
    }
    out.writeNumberField("flagged", flags);
    out.writeFieldName("moved");
    Analysis.writeMoved(out, sensor, from, to);
    out.writeEndObject();
  }

  /** The q expression that gives the rows of an anomaly, at any process that keeps its table. */
  private static String query(Anomaly anomaly) {
    return "select from "
        + SymbolAtom.textOf(anomaly.source)
        + " where sym="
        + symbolText(SymbolAtom.textOf(anomaly.sym))
        + ",time within("
        + timeText(anomaly.start)
        + ";"
        + timeText(anomaly.time)
        + ")";
  }

  private static String symbolText(String sym) {
    if (sym.matches("[A-Za-z.][A-Za-z0-9._]*")) {
      return "`" + sym;
    }
    return "`$\"" + sym.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String timeText(long timestamp) {
    String iso = Epoch.instantOf(timestamp).toString();
    return iso.substring(0, 10).replace('-', '.') + "D" + iso.substring(11, iso.length() - 1);
  }

  /** How many pixels' worth of rows a bucket holds: see {@link Viewer}. */
  public static int every(int rows, int pixels) {
    return Points.every(rows, pixels);
  }

  // ---- counters

  public String state() {
    return state;
  }

  public String why() {
    return why;
  }

  public long rowCount() {
    return rowCount;
  }

  public long verdictCount() {
    return verdictCount;
  }

  public int sensorCount() {
    return sensors.count();
  }

  public long anomalyCount() {
    return anomalies.opened();
  }

  /** Verdicts on rows that were no longer, or not yet, here. */
  public long lostVerdicts() {
    return sensors.all().stream().mapToLong(Sensor::lostVerdicts).sum();
  }

  /** The tables that hold channels, by name, one char a byte. */
  public Map<String, List<String>> tables() {
    Map<String, List<String>> tables = new HashMap<>();
    channelsByTable.forEach((name, channels) -> tables.put(name, channels.names()));
    return tables;
  }
}
