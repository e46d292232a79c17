package tickwatch.detector;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.ChannelPart;
import tickwatch.detector.analysis.Companion;
import tickwatch.detector.analysis.Impact;
import tickwatch.detector.analysis.Investigation;
import tickwatch.detector.analysis.Kind;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.detector.event.AcceptedDeviation;
import tickwatch.detector.event.AnomalyTracker;
import tickwatch.detector.event.AnomalyTracker.Step;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.event.JudgedRow;
import tickwatch.detector.event.Suppressor;
import tickwatch.detector.feedback.Opinion;
import tickwatch.detector.threshold.Threshold;

/**
 * One sensor's judged rows to the anomalies that are told: rules, explanation, what people said.
 *
 * <p><b>Threads.</b> One thread.
 */
final class SensorEvents {
  /** Anomalies that people can still speak of, besides the open one. */
  private static final int REMEMBERED = 32;

  /** Far more than a pipeline has. */
  private static final int MOST_MEMBERS = 1000;

  /** Others that began within so many usual steps moved together with this one. */
  private static final int TOGETHER_STEPS = 60;

  private final String sym;
  private final SourceEvents shared;
  private final EventRules rules;
  private final AnomalyTracker tracker;
  private final Suppressor suppressor;
  private final Investigation investigation;

  /** Why the open anomaly ends with the next row, however loud that is. */
  private enum Closing {
    NOT,
    /** People have said so. */
    TOLD,
    /** It is the new normal. */
    LASTING
  }

  /** The parts of the open anomaly's peak row. */
  private List<ChannelPart> peak = List.of();

  /** What the detectors say of it. */
  private List<MemberScore> peakMembers = List.of();

  private String kind = "";
  private long began;
  private double confidence;
  private Closing closing = Closing.NOT;

  /** Accepted until the sensor has been quiet for as long as closes an anomaly. */
  private @Nullable String expected;

  private int withoutFlag;

  /** What can be accepted of anomalies that are over: all that was seen, and where it settled. */
  private record Over(String id, AcceptedDeviation seen, AcceptedDeviation settled) {}

  private final Deque<Over> over = new ArrayDeque<>();

  SensorEvents(String sym, SourceEvents shared) {
    this.sym = sym;
    this.shared = shared;
    this.rules = shared.rules.of(sym);
    this.tracker = new AnomalyTracker(rules);
    this.suppressor =
        new Suppressor(shared.rules.suppressions(), sym, shared.channels, shared.largestDecides);
    this.investigation = new Investigation(shared.channels.size());
  }

  /** Takes a row that is not judged, since there are too few before it. */
  void unjudged(long time, boolean afterGap, double[] z, int from) {
    investigation.row(time, afterGap, z, from);
  }

  /**
   * Takes the next judged row.
   *
   * @param z z-scores from {@code from} on, NaN where missing
   * @param row what is known of it; null if it has no score
   * @param usualStep of the sensor's rows, in nanoseconds
   * @return what is to be told; null for nothing
   */
  @Nullable Anomaly row(
      long seq,
      long time,
      boolean afterGap,
      double[] z,
      int from,
      @Nullable JudgedRow row,
      double score,
      Threshold threshold,
      double usualStep) {
    investigation.row(time, afterGap, z, from);
    boolean rawFlag = row != null && threshold.isExceededBy(score);
    double left = row == null ? 0 : score;
    if (row != null && rawFlag) {
      left = suppressor.remaining(row, score);
    }
    boolean flag = rawFlag && threshold.isExceededBy(left);
    if (rawFlag && !flag) {
      shared.suppressed.increment();
    }
    double grade = flag ? threshold.grade(left) : 0;
    if (flag && !tracker.isOpen()) {
      flag = grade >= rules.leastGrade() && rules.confidence(seq) >= rules.leastConfidence();
    }
    forgetWhatWasExpected(rawFlag);
    boolean wasWaiting = tracker.isWaiting();
    Step step;
    boolean lasting = closing == Closing.LASTING;
    if (closing != Closing.NOT) {
      closing = Closing.NOT;
      step = tracker.closeNow(seq);
    } else {
      boolean quiet = !flag && (row == null || left <= rules.closeAt() * threshold.value());
      step = tracker.row(seq, time, flag, quiet, score, grade);
    }
    if (wasWaiting && !tracker.isWaiting() && !tracker.isOpen()) {
      investigation.forget();
    }
    if (flag && row != null && (tracker.isOpen() || tracker.isWaiting())) {
      investigation.flagged(row, left);
      if (tracker.isAtPeak()) {
        peak = ChannelPart.ranked(row, shared.channels);
        peakMembers = row.members();
        confidence = confidence(seq);
      }
    }
    return step == Step.NONE ? null : told(step, lasting, seq, time, threshold, usualStep);
  }

  /**
   * The level has shifted for good: an anomaly that is open ends with the next row, and is told to
   * be that.
   *
   * @return whether one is open
   */
  boolean shifted() {
    if (tracker.isOpen()) {
      closing = Closing.LASTING;
    }
    return tracker.isOpen();
  }

  private void forgetWhatWasExpected(boolean rawFlag) {
    withoutFlag = rawFlag ? 0 : withoutFlag + 1;
    String id = expected;
    if (id != null && withoutFlag >= rules.quietRows()) {
      suppressor.withdraw(id);
      expected = null;
    }
  }

  /** Lower in a warm-up, and where the peak row's values were missing. */
  private double confidence(long seq) {
    int missing = 0;
    for (ChannelPart part : peak) {
      missing += Double.isNaN(part.actual()) ? 1 : 0;
    }
    return rules.confidence(seq) * (1 - (double) missing / peak.size());
  }

  private Anomaly told(
      Step step, boolean lasting, long seq, long time, Threshold threshold, double usualStep) {
    String id = id();
    int top = shared.channels.indexOf(peak.get(0).channel());
    if (step == Step.OPENED) {
      investigation.opened((int) (seq - tracker.firstSeq()));
    }
    Investigation.Finding finding =
        investigation.finding(top, tracker.lastSeq() - tracker.firstSeq());
    Kind found = lasting ? Kind.LASTING_SHIFT : finding.kind();
    kind = found == null ? "" : found.word();
    if (step == Step.OPENED) {
      began = finding.began();
      shared.starts.add(sym, id, began);
    }
    float[] signature = investigation.signature();
    List<Companion> companions =
        shared.starts.near(sym, began, (long) (TOGETHER_STEPS * usualStep));
    Anomaly anomaly =
        new Anomaly(
            id,
            state(step),
            shared.table,
            sym,
            time,
            began,
            tracker.start(),
            tracker.end(),
            tracker.firstSeq(),
            tracker.lastSeq(),
            tracker.peakGrade(),
            tracker.peakScore(),
            threshold.value(),
            kind,
            peak,
            confidence,
            shared.detector,
            peakMembers,
            shared.past.like(kind, signature),
            companions,
            new Impact(
                tracker.end() - began,
                tracker.flags(),
                investigation.channelsOutside(),
                1 + companions.size(),
                investigation.summedDeviation()));
    if (step == Step.CLOSED) {
      shared.past.add(id, kind, signature);
      remember(new Over(id, investigation.seen(id), investigation.settled(id)));
      investigation.forget();
    }
    return anomaly;
  }

  private String id() {
    return shared.table + '.' + sym + '.' + tracker.firstSeq();
  }

  private static Anomaly.State state(Step step) {
    return switch (step) {
      case OPENED -> Anomaly.State.OPEN;
      case ROSE -> Anomaly.State.UPDATE;
      case CLOSED -> Anomaly.State.CLOSED;
      case NONE -> throw new IllegalArgumentException("nothing is told");
    };
  }

  private void remember(Over anomaly) {
    if (over.size() == REMEMBERED) {
      over.removeFirst();
    }
    over.addLast(anomaly);
  }

  /**
   * What people say of one of this sensor's anomalies takes effect from the next row on.
   *
   * @return false if the anomaly is not, or no longer, known
   */
  boolean judged(String id, Opinion opinion) {
    boolean isOpen = tracker.isOpen() && id.equals(id());
    Over found = isOpen ? new Over(id, investigation.seen(id), investigation.settled(id)) : null;
    for (Over one : over) {
      if (one.id.equals(id)) {
        found = one;
      }
    }
    if (found == null) {
      return false;
    }
    suppressor.withdraw(id);
    if (id.equals(expected)) {
      expected = null;
    }
    switch (opinion) {
      case CONFIRMED, UNRESOLVED -> {}
      case EXPECTED -> {
        if (isOpen) {
          suppressor.accept(found.seen);
          expected = id;
          withoutFlag = 0;
        }
      }
      case FALSE_ALARM -> suppressor.accept(found.seen);
      case NEW_TREND -> suppressor.accept(found.settled);
    }
    if (isOpen) {
      closing =
          switch (opinion) {
            case CONFIRMED, UNRESOLVED -> Closing.NOT;
            case EXPECTED, FALSE_ALARM, NEW_TREND -> Closing.TOLD;
          };
    }
    return true;
  }

  // ---- over an end of day

  void save(DataOutput out) throws IOException {
    AnomalyTracker.State state = tracker.save();
    out.writeBoolean(state.open());
    out.writeLong(state.firstSeq());
    out.writeLong(state.lastSeq());
    out.writeLong(state.start());
    out.writeLong(state.end());
    out.writeDouble(state.peakScore());
    out.writeDouble(state.peakGrade());
    out.writeDouble(state.toldGrade());
    out.writeInt(state.quiet());
    out.writeLong(state.flags());
    out.writeLong(state.coolUntilSeq());
    out.writeInt(state.flagSeqs().length);
    for (int i = 0; i < state.flagSeqs().length; i++) {
      out.writeLong(state.flagSeqs()[i]);
      out.writeLong(state.flagTimes()[i]);
    }
    out.writeInt(peak.size());
    for (ChannelPart part : peak) {
      out.writeUTF(part.channel());
      out.writeDouble(part.actual());
      out.writeDouble(part.expected());
      out.writeDouble(part.lower());
      out.writeDouble(part.upper());
      out.writeDouble(part.contribution());
    }
    out.writeInt(peakMembers.size());
    for (MemberScore member : peakMembers) {
      out.writeUTF(member.name());
      out.writeDouble(member.weight());
      out.writeDouble(member.score());
    }
    out.writeUTF(kind);
    out.writeLong(began);
    out.writeDouble(confidence);
    out.writeUTF(closing.name());
    out.writeUTF(expected == null ? "" : expected);
    out.writeInt(withoutFlag);
    investigation.save(out);
    List<AcceptedDeviation> accepted = suppressor.accepted();
    out.writeInt(accepted.size());
    for (AcceptedDeviation deviation : accepted) {
      save(out, deviation);
    }
    out.writeInt(over.size());
    for (Over one : over) {
      save(out, one.seen);
      save(out, one.settled);
    }
  }

  void restore(DataInput in) throws IOException {
    boolean open = in.readBoolean();
    long firstSeq = in.readLong();
    long lastSeq = in.readLong();
    long start = in.readLong();
    long end = in.readLong();
    double peakScore = in.readDouble();
    double peakGrade = in.readDouble();
    double toldGrade = in.readDouble();
    int quiet = in.readInt();
    long flags = in.readLong();
    long coolUntilSeq = in.readLong();
    long[] flagSeqs = new long[length(in, EventRules.MAX_OF_ROWS)];
    long[] flagTimes = new long[flagSeqs.length];
    for (int i = 0; i < flagSeqs.length; i++) {
      flagSeqs[i] = in.readLong();
      flagTimes[i] = in.readLong();
    }
    tracker.restore(
        new AnomalyTracker.State(
            open,
            firstSeq,
            lastSeq,
            start,
            end,
            peakScore,
            peakGrade,
            toldGrade,
            quiet,
            flags,
            coolUntilSeq,
            flagSeqs,
            flagTimes));
    int parts = length(in, shared.channels.size());
    List<ChannelPart> restored = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      restored.add(
          new ChannelPart(
              in.readUTF(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble()));
    }
    peak = List.copyOf(restored);
    int members = length(in, MOST_MEMBERS);
    List<MemberScore> said = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      said.add(new MemberScore(in.readUTF(), in.readDouble(), in.readDouble()));
    }
    peakMembers = List.copyOf(said);
    kind = in.readUTF();
    began = in.readLong();
    confidence = in.readDouble();
    closing = closing(in.readUTF());
    String expectedId = in.readUTF();
    expected = expectedId.isEmpty() ? null : expectedId;
    withoutFlag = in.readInt();
    investigation.restore(in);
    int accepted = in.readInt();
    for (int i = 0; i < accepted; i++) {
      suppressor.accept(deviation(in));
    }
    int remembered = length(in, REMEMBERED);
    for (int i = 0; i < remembered; i++) {
      AcceptedDeviation seen = deviation(in);
      over.addLast(new Over(seen.id(), seen, deviation(in)));
    }
  }

  private static void save(DataOutput out, AcceptedDeviation deviation) throws IOException {
    out.writeUTF(deviation.id());
    double[] low = deviation.low();
    double[] high = deviation.high();
    for (int c = 0; c < low.length; c++) {
      out.writeDouble(low[c]);
      out.writeDouble(high[c]);
    }
  }

  private AcceptedDeviation deviation(DataInput in) throws IOException {
    String id = in.readUTF();
    double[] low = new double[shared.channels.size()];
    double[] high = new double[low.length];
    for (int c = 0; c < low.length; c++) {
      low[c] = in.readDouble();
      high[c] = in.readDouble();
    }
    return new AcceptedDeviation(id, low, high);
  }

  private static Closing closing(String name) throws IOException {
    for (Closing one : Closing.values()) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    throw new IOException("closing " + name);
  }

  private static int length(DataInput in, int most) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > most) {
      throw new IOException("length " + length + " (expected: 0 to " + most + ")");
    }
    return length;
  }
}
