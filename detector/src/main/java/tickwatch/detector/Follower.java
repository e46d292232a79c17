package tickwatch.detector;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.alert.Alert;
import tickwatch.detector.alert.AlertBook;
import tickwatch.detector.alert.AlertException;
import tickwatch.detector.alert.AlertSettings;
import tickwatch.detector.alert.AlertTarget;
import tickwatch.detector.alert.AnomalyConsole;
import tickwatch.detector.alert.AnomalyFile;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.event.NamePattern;
import tickwatch.detector.feedback.Opinion;
import tickwatch.detector.health.HealthEvent;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.TickListener;
import tickwatch.tick.Upd;

/**
 * What a tickerplant sends goes through the {@link Judge}; what it finds goes to the outboxes, the
 * file and the console.
 *
 * <p><b>Threads.</b> One thread, the subscriber's, except for {@link #isLive}, {@link #trouble} and
 * {@link #unconfirmedRows}.
 */
final class Follower implements TickListener, Verdicts, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  /** The system table of what people say. */
  static final String FEEDBACK = "feedback";

  private final JudgeCounts counts = new JudgeCounts();
  private final AnomalyFile anomalyFile;
  private final AnomalyConsole console = new AnomalyConsole();
  private final Clock clock;
  private final AlertDesk desk;
  private final Map<String, Followed> followed = new HashMap<>();

  /** What was loaded for this follower. */
  private final List<AutoCloseable> closed = new ArrayList<>();

  private int day = Null.INT;
  private boolean numbered;
  private boolean fileFailed;
  private volatile boolean live;
  private volatile @Nullable String trouble = "not connected to the tickerplant yet";

  /**
   * Follows nothing yet.
   *
   * @param model and {@code forecaster}: null where there is no network
   * @param networks loads those that take its place; null where it stays as it is
   * @param learning null if sensors learn nothing
   * @param tables what will be followed, as the tickerplant defines it
   * @param state the directory for what is remembered over an end of day
   */
  Follower(
      @Nullable Model model,
      @Nullable Forecaster forecaster,
      @Nullable Networks networks,
      @Nullable Learning learning,
      EventRules rules,
      HealthRules healthRules,
      AlertSettings alerts,
      Collection<TableSchema> tables,
      Outbox.Link link,
      AnomalyFile anomalyFile,
      Path state,
      Clock clock) {
    Refit refit = learning == null ? null : learning.refit();
    boolean isTrained = networks != null && refit != null && forecaster != null;
    // Rows of all tables share the forward calls of one network, unless it is trained further for
    // each; without one each has its channels.
    Judge shared =
        model == null || isTrained
            ? null
            : new Judge(model, forecaster, null, learning, rules, healthRules, this, counts);
    this.anomalyFile = anomalyFile;
    this.clock = clock;
    this.desk = new AlertDesk(alerts, this::delivered);
    for (TableSchema table : tables) {
      Model own = model;
      Judge judge = shared;
      if (own == null) {
        if (learning == null) {
          throw new IllegalArgumentException("neither a model nor anything to learn");
        }
        own = learning.modelOf(table);
        judge = new Judge(own, null, null, learning, rules, healthRules, this, counts);
      } else if (judge == null) {
        Forecaster network = forecaster;
        if (!followed.isEmpty()) {
          network = requireNonNull(networks).load();
          closed.add(network);
        }
        NetworkRefit trained =
            NetworkRefit.of(
                requireNonNull(networks),
                SymbolAtom.textOf(table.name()),
                requireNonNull(refit),
                requireNonNull(learning).pipeline().seed(),
                counts);
        if (trained != null) {
          closed.add(trained);
        }
        judge = new Judge(own, network, trained, learning, rules, healthRules, this, counts);
      }
      Outbox outbox = new Outbox("detector-" + table.name(), link);
      Publication publication =
          new Publication(
              table.name(),
              SymbolAtom.bytesOf(own.name()),
              table.channels(),
              own.channels().stream().map(SymbolAtom::bytesOf).toList(),
              outbox::offer);
      followed.put(
          table.name(),
          new Followed(
              own,
              judge,
              judge.source(table),
              publication,
              outbox,
              new StateFile(state, SymbolAtom.textOf(table.name()), own),
              link,
              desk,
              new AlertBook(alerts.dashboard()),
              alerts.isHealthTold(),
              clock));
    }
    warnOfChannelsThatAreNowhere(rules, healthRules, followed.values());
  }

  /** A rule for a channel that is nowhere is a misspelt one, most likely. */
  private static void warnOfChannelsThatAreNowhere(
      EventRules rules, HealthRules healthRules, Collection<Followed> all) {
    Map<NamePattern, String> patterns = new LinkedHashMap<>();
    rules.suppressions().forEach(rule -> patterns.put(rule.channels(), "events.suppress[]"));
    healthRules.ranges().forEach(range -> patterns.put(range.channels(), "health.ranges[]"));
    patterns.forEach(
        (pattern, where) -> {
          if (all.stream()
              .flatMap(one -> one.model.channels().stream())
              .noneMatch(pattern::matches)) {
            LOG.warn(
                "a rule of the pipeline file is about no channel that is judged rule={} channels={}"
                    + " (there are: {})",
                where,
                pattern,
                all.stream().map(one -> one.model.channels()).toList());
          }
        });
  }

  JudgeCounts counts() {
    return counts;
  }

  /** Whether the replay is done and the connection is up. */
  boolean isLive() {
    return live;
  }

  /** What is wrong with the connection; null if nothing is. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Rows found and not confirmed by the tickerplant yet. Any thread. */
  long unconfirmedRows() {
    long count = 0;
    for (Followed one : followed.values()) {
      count += one.unconfirmedRows();
    }
    return count;
  }

  @Override
  public void subscribed(Schema schema) {
    List<String> names = new ArrayList<>();
    for (Followed one : followed.values()) {
      TableSchema table = schema.table(one.source.table());
      if (table == null) {
        throw new DetectorException(
            "the tickerplant no longer has table " + SymbolAtom.textOf(one.source.table()));
      }
      Source.check(table, one.model);
      names.add(table.name());
      one.connected();
    }
    trouble = null;
    LOG.info("subscribed tables={}", names);
  }

  /** Its state cannot be undone: another one must take its place. */
  @Override
  public void reset(String why) {
    throw new IllegalStateException("a follower judges a log once: " + why);
  }

  @Override
  public void logOpened(int opened) {
    batchComplete();
    if (opened == Null.INT) {
      numberByClock();
      return;
    }
    if (opened == day) {
      return;
    }
    for (Followed one : followed.values()) {
      if (day != Null.INT) {
        one.source.newLog();
        one.keep(opened);
      } else if (!numbered) {
        one.recall(opened);
      }
      one.logOpened(opened);
    }
    numbered = true;
    day = opened;
  }

  /** Where no dated log tells the numbers of rows apart, the time of the start must. */
  private void numberByClock() {
    if (numbered) {
      return;
    }
    numbered = true;
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    int second = LocalTime.ofInstant(clock.instant(), ZoneOffset.UTC).toSecondOfDay();
    LOG.warn(
        "the tickerplant's log has no date in its name or there is none: what was found before a"
            + " restart may be published again");
    for (Followed one : followed.values()) {
      one.numberFrom(RowNumbers.atMoment(Epoch.dayOf(today), second));
    }
  }

  @Override
  public void upd(Upd upd, boolean replayed) {
    if (upd.table().equals(FEEDBACK)) {
      judged(upd.rows());
      return;
    }
    if (upd.table().equals(AlertRows.ALERT)) {
      alerted(upd.rows());
      return;
    }
    Followed one = followed.get(upd.table());
    if (one == null) {
      return;
    }
    if (!numbered) {
      numberByClock();
    }
    one.judge.take(one.source, upd.rows());
  }

  private void complete() {
    for (Followed one : followed.values()) {
      one.judge.complete();
    }
  }

  /** What people say takes effect where it stands in the log: after all rows before it. */
  private void judged(Table rows) {
    complete();
    int idColumn = rows.names().indexOf("id");
    int verdictColumn = rows.names().indexOf("verdict");
    if (idColumn < 0
        || verdictColumn < 0
        || !(rows.columns().get(idColumn) instanceof SymbolVector ids)
        || !(rows.columns().get(verdictColumn) instanceof SymbolVector verdicts)) {
      LOG.warn("feedback came without id and verdict, both symbols columns={}", rows.names());
      return;
    }
    for (int row = 0; row < rows.rowCount(); row++) {
      judged(SymbolAtom.textOf(ids.get(row)), SymbolAtom.textOf(verdicts.get(row)));
    }
  }

  /** What targets were told before is not told again. */
  private void alerted(Table rows) {
    if (!rows.names().equals(AlertRows.COLUMNS)
        || !(rows.columns().get(2) instanceof SymbolVector ids)
        || !(rows.columns().get(3) instanceof SymbolVector sinks)
        || !(rows.columns().get(4) instanceof SymbolVector states)
        || !(rows.columns().get(5) instanceof SymbolVector severities)) {
      return;
    }
    complete();
    for (int row = 0; row < rows.rowCount(); row++) {
      String id = SymbolAtom.textOf(ids.get(row));
      desk.done(sinks.get(row), Alert.key(id, states.get(row), severities.get(row)));
    }
  }

  private void judged(String id, String word) {
    Opinion opinion = Opinion.of(word);
    if (opinion == null) {
      LOG.warn(
          "feedback has no such verdict id={} verdict={} (expected: confirmed, expected,"
              + " falseAlarm, newTrend or unresolved)",
          id,
          word);
      return;
    }
    for (Followed one : followed.values()) {
      if (one.source.judged(id, opinion)) {
        LOG.info("feedback taken id={} verdict={}", id, opinion.word());
        return;
      }
    }
    LOG.info("feedback is of no anomaly known here id={} verdict={}", id, opinion.word());
  }

  @Override
  public void batchComplete() {
    complete();
    for (Followed one : followed.values()) {
      one.flush();
    }
  }

  @Override
  public void live() {
    for (Followed one : followed.values()) {
      goOnAbove(one);
    }
    desk.live();
    live = true;
    LOG.info(
        "live rows={} scored={} anomalies={} late={}",
        counts.rows(),
        counts.scored(),
        counts.anomalies(),
        counts.late());
  }

  /**
   * What was accepted comes from rows of the log. Where it does not (the log was taken away under a
   * detector that lives, or its end was lost), numbers must go on above it, else what is found next
   * would be taken for a resend.
   */
  private static void goOnAbove(Followed one) {
    if (one.goOnAboveAccepted()) {
      LOG.warn(
          "the tickerplant has accepted more than its log explains; was a log taken away? table={}"
              + " accepted={} row={}",
          one.source.tableText(),
          one.outbox.accepted(),
          one.source.row());
    }
  }

  @Override
  public void disconnected(String why) {
    live = false;
    trouble = "not connected to the tickerplant: " + why;
    for (Followed one : followed.values()) {
      one.disconnected();
    }
    desk.replaying();
  }

  @Override
  public void scored(ScoredRow row) {
    of(row.source()).publication.scored(row);
  }

  @Override
  public void anomaly(Source source, long row, Anomaly anomaly) {
    of(source).anomaly(row, anomaly);
    if (anomaly.state() == Anomaly.State.UPDATE) {
      return;
    }
    if (isNew(anomaly)) {
      console.tell(anomaly);
    }
  }

  @Override
  public void health(Source source, long row, HealthEvent event) {
    of(source).health(row, event);
  }

  private void delivered(Alert alert, AlertTarget target, boolean isDelivered, int attempts) {
    Followed one = followed.get(SymbolAtom.bytesOf(alert.source()));
    if (one != null) {
      one.delivered(alert, target.name(), isDelivered, attempts);
    }
  }

  /** Scores go on where the file cannot be written; that is told once. */
  private boolean isNew(Anomaly anomaly) {
    try {
      boolean added = anomalyFile.append(anomaly);
      fileFailed = false;
      return added;
    } catch (AlertException e) {
      if (!fileFailed) {
        LOG.error("anomaly is published but not in the file; is the disk full?", e);
        fileFailed = true;
      }
      return true;
    }
  }

  AlertDesk desk() {
    return desk;
  }

  @Override
  public void close() {
    desk.close();
    for (AutoCloseable one : closed) {
      try {
        one.close();
      } catch (Exception e) {
        LOG.warn("a network cannot be closed", e);
      }
    }
  }

  private Followed of(Source source) {
    Followed one = followed.get(source.table());
    if (one == null) {
      throw new IllegalStateException("verdict on table " + source.table());
    }
    return one;
  }
}
