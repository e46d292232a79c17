package tickwatch.detector.health;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Looks at one sensor's rows as they come, judged or not, and tells when its data goes wrong and
 * when it is well again.
 *
 * <p>A row costs a few comparisons a channel and makes no object unless something is told. What is
 * told depends on the rows and their order alone.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class SensorHealth {
  /** Rows in order, or in range, that end what was out of it. */
  private static final int WELL_ROWS = 10;

  /** A sensor that stood still before must do so this many times longer to be told. */
  private static final int LONGER = 4;

  /** Changes seen before standing still means anything. */
  private static final int LEAST_CHANGES = 30;

  /** Stands for "all channels", beside the channels' own places. */
  private final int all;

  private final String table;
  private final String sym;
  private final List<String> channels;
  private final HealthRules rules;
  private final Consumer<HealthEvent> listener;
  private final double[] low;
  private final double[] high;

  // By channel, and for all of them together in the last place.
  private final double[] last;
  private final int[] still;
  private final int[] longestStill;
  private final int[] changes;
  private final long[] stillSince;
  private final long[] stillOpen;

  // By channel.
  private final int[] missing;
  private final long[] missingSince;
  private final long[] missingOpen;
  private final int[] inRange;
  private final long[] rangeOpen;
  private final long[] rangeSince;

  private long lateOpen = NONE;
  private long lateSince;
  private long lateRows;
  private double mostLate;
  private int inOrder;
  private long gapOpen = NONE;
  private long gapSince;

  /** How far behind the others the sensor was when it was told to be silent; 0 if it was not. */
  private long behind;

  /** How far its clock is behind the others: so long it is never called silent. */
  private long lag;

  /** In the place of the row at which something was told: nothing is open. */
  private static final long NONE = -1;

  public SensorHealth(
      String table,
      String sym,
      List<String> channels,
      HealthRules rules,
      Consumer<HealthEvent> listener) {
    this.table = table;
    this.sym = sym;
    this.channels = channels;
    this.rules = rules;
    this.listener = listener;
    this.all = channels.size();
    this.last = new double[all];
    Arrays.fill(last, Double.NaN);
    this.still = new int[all + 1];
    this.longestStill = new int[all + 1];
    this.changes = new int[all + 1];
    this.stillSince = new long[all + 1];
    this.stillOpen = none(all + 1);
    this.missing = new int[all];
    this.missingSince = new long[all];
    this.missingOpen = none(all);
    this.inRange = new int[all];
    this.rangeOpen = none(all);
    this.rangeSince = new long[all];
    this.low = new double[all];
    this.high = new double[all];
    Arrays.fill(low, Double.NEGATIVE_INFINITY);
    Arrays.fill(high, Double.POSITIVE_INFINITY);
    for (int c = 0; c < all; c++) {
      for (HealthRules.Range range : rules.ranges()) {
        if (range.syms().matches(sym) && range.channels().matches(channels.get(c))) {
          low[c] = range.low();
          high[c] = range.high();
        }
      }
    }
  }

  private static long[] none(int count) {
    long[] none = new long[count];
    Arrays.fill(none, NONE);
    return none;
  }

  /**
   * A row came that is earlier than the one before it, and is left out.
   *
   * @param seq the number that the next row in order will have
   */
  public void late(long seq, long time, long newest) {
    inOrder = 0;
    lateRows++;
    mostLate = Math.max(mostLate, ((double) newest - time) / 1e9);
    if (lateOpen == NONE) {
      lateOpen = seq;
      lateSince = newest;
      tell(Ailment.LATE, "", lateOpen, newest, newest, false, "rows come late and are left out");
    }
  }

  /**
   * No row has come for long, while other sensors of the table go on. Where the next row shows that
   * it was not silent by its own clock, that is behind the others, and it is not told again for as
   * much.
   *
   * @param seq the rows of this sensor so far
   * @param now the time of the others
   * @param step that is waited for, in nanoseconds
   * @param usualStep of this sensor; 0 where it has had too few rows to have one
   */
  public void silence(long seq, long lastTime, long now, double step, double usualStep) {
    if (rules.silentSteps() > 0
        && gapOpen == NONE
        && now - lastTime - lag > rules.silentSteps() * step) {
      behind = now - lastTime;
      gapOpen = seq;
      gapSince = lastTime;
      tell(
          Ailment.GAP,
          "",
          gapOpen,
          now,
          lastTime,
          false,
          "no row for "
              + steps(now - lastTime, usualStep)
              + (usualStep > 0 ? "" : ", after its first " + seq + (seq == 1 ? " row" : " rows")));
    }
  }

  /**
   * The next row in order.
   *
   * @param afterGap whether rows are missing before it
   * @param before the time of the row before
   * @param values from {@code from} on, NaN where missing
   */
  public void row(
      long seq,
      long time,
      boolean afterGap,
      long before,
      double usualStep,
      double[] values,
      int from) {
    if (afterGap && rules.silentSteps() > 0 && gapOpen == NONE) {
      gapOpen = seq;
      gapSince = before;
      tell(
          Ailment.GAP,
          "",
          gapOpen,
          time,
          before,
          false,
          "no row for " + steps(time - before, usualStep));
    }
    if (gapOpen != NONE) {
      tell(
          Ailment.GAP,
          "",
          gapOpen,
          time,
          gapSince,
          true,
          "rows again after " + span(time - gapSince));
      gapOpen = NONE;
      if (time - before < behind / 2) {
        lag = behind;
      }
      behind = 0;
    }
    if (lateOpen != NONE && ++inOrder >= WELL_ROWS * WELL_ROWS) {
      tell(
          Ailment.LATE,
          "",
          lateOpen,
          time,
          lateSince,
          true,
          String.format(Locale.ROOT, "%d rows came late, by up to %.3f s", lateRows, mostLate));
      lateOpen = NONE;
      lateRows = 0;
      mostLate = 0;
    }
    boolean changed = false;
    boolean present = false;
    for (int c = 0; c < all; c++) {
      double value = values[from + c];
      if (Double.isNaN(value)) {
        missing(c, seq, time);
        continue;
      }
      present = true;
      if (missing[c] > 0) {
        there(c, time);
      }
      boolean same = value == last[c];
      changed |= !same;
      last[c] = value;
      still(c, same, seq, time);
      if (value < low[c] || value > high[c]) {
        outOfRange(c, seq, time, value);
      } else if (rangeOpen[c] != NONE && ++inRange[c] >= WELL_ROWS) {
        tell(
            Ailment.RANGE,
            channels.get(c),
            rangeOpen[c],
            time,
            rangeSince[c],
            true,
            "in its range again");
        rangeOpen[c] = NONE;
      }
    }
    if (present) {
      still(all, !changed, seq, time);
    }
  }

  // ---- standing still

  private void still(int which, boolean same, long seq, long time) {
    if (!same) {
      if (still[which] > 0) {
        moves(which, time);
      }
      changes[which]++;
      stillSince[which] = time;
      return;
    }
    still[which]++;
    int limit = which == all ? rules.stuckRows() : rules.flatRows();
    if (limit > 0
        && still[which] >= limit
        && stillOpen[which] == NONE
        && changes[which] >= LEAST_CHANGES
        && still[which] > LONGER * longestStill[which]
        && stillOpen[all] == NONE
        && (which != all || all > 1)) {
      stillOpen[which] = seq;
      tell(
          which == all ? Ailment.STUCK : Ailment.FLAT,
          name(which),
          seq,
          time,
          stillSince[which],
          false,
          which == all
              ? still[which] + " rows the same in all channels"
              : Double.toString(last[which]) + " for " + still[which] + " rows");
    }
  }

  private void moves(int which, long time) {
    longestStill[which] = Math.max(longestStill[which], still[which]);
    if (stillOpen[which] != NONE) {
      tell(
          which == all ? Ailment.STUCK : Ailment.FLAT,
          name(which),
          stillOpen[which],
          time,
          stillSince[which],
          true,
          "changes again after " + still[which] + " rows");
      stillOpen[which] = NONE;
    }
    still[which] = 0;
  }

  private String name(int which) {
    return which == all ? "" : channels.get(which);
  }

  // ---- missing and out of range

  private void missing(int channel, long seq, long time) {
    if (missing[channel]++ == 0) {
      missingSince[channel] = time;
    }
    if (rules.imputedRows() > 0
        && missing[channel] >= rules.imputedRows()
        && missingOpen[channel] == NONE) {
      missingOpen[channel] = seq;
      tell(
          Ailment.IMPUTED,
          channels.get(channel),
          seq,
          time,
          missingSince[channel],
          false,
          "missing for " + missing[channel] + " rows, its last value stands in");
    }
  }

  private void there(int channel, long time) {
    if (missingOpen[channel] != NONE) {
      tell(
          Ailment.IMPUTED,
          channels.get(channel),
          missingOpen[channel],
          time,
          missingSince[channel],
          true,
          "there again after " + missing[channel] + " rows");
      missingOpen[channel] = NONE;
    }
    missing[channel] = 0;
  }

  private void outOfRange(int channel, long seq, long time, double value) {
    inRange[channel] = 0;
    if (rangeOpen[channel] == NONE) {
      rangeOpen[channel] = seq;
      rangeSince[channel] = time;
      tell(
          Ailment.RANGE,
          channels.get(channel),
          seq,
          time,
          time,
          false,
          value + " is outside " + low[channel] + " to " + high[channel]);
    }
  }

  // ---- telling

  private void tell(
      Ailment ailment,
      String channel,
      long seq,
      long time,
      long since,
      boolean isOver,
      String text) {
    String id =
        table
            + '.'
            + sym
            + '.'
            + ailment.word()
            + (channel.isEmpty() ? "" : '.' + channel)
            + '.'
            + seq;
    String where = channel.isEmpty() ? sym : sym + ": " + channel;
    listener.accept(
        new HealthEvent(
            id,
            sym,
            ailment,
            channel,
            time,
            since,
            isOver,
            where + ' ' + ailment.word() + ": " + text));
  }

  private static String steps(long nanos, double usualStep) {
    return span(nanos)
        + (usualStep > 0 ? ", " + Math.round(nanos / usualStep) + " usual steps" : "");
  }

  private static String span(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }

  // ---- over an end of day

  public void save(DataOutput out) throws IOException {
    for (int which = 0; which <= all; which++) {
      out.writeInt(still[which]);
      out.writeInt(longestStill[which]);
      out.writeInt(changes[which]);
      out.writeLong(stillSince[which]);
      out.writeLong(stillOpen[which]);
    }
    for (int c = 0; c < all; c++) {
      out.writeDouble(last[c]);
      out.writeInt(missing[c]);
      out.writeLong(missingSince[c]);
      out.writeLong(missingOpen[c]);
      out.writeInt(inRange[c]);
      out.writeLong(rangeOpen[c]);
      out.writeLong(rangeSince[c]);
    }
    out.writeLong(lateOpen);
    out.writeLong(lateSince);
    out.writeLong(lateRows);
    out.writeDouble(mostLate);
    out.writeInt(inOrder);
    out.writeLong(gapOpen);
    out.writeLong(gapSince);
    out.writeLong(behind);
    out.writeLong(lag);
  }

  /** Goes on from what {@link #save} wrote. */
  public void restore(DataInput in) throws IOException {
    for (int which = 0; which <= all; which++) {
      still[which] = in.readInt();
      longestStill[which] = in.readInt();
      changes[which] = in.readInt();
      stillSince[which] = in.readLong();
      stillOpen[which] = in.readLong();
    }
    for (int c = 0; c < all; c++) {
      last[c] = in.readDouble();
      missing[c] = in.readInt();
      missingSince[c] = in.readLong();
      missingOpen[c] = in.readLong();
      inRange[c] = in.readInt();
      rangeOpen[c] = in.readLong();
      rangeSince[c] = in.readLong();
    }
    lateOpen = in.readLong();
    lateSince = in.readLong();
    lateRows = in.readLong();
    mostLate = in.readDouble();
    inOrder = in.readInt();
    gapOpen = in.readLong();
    gapSince = in.readLong();
    behind = in.readLong();
    lag = in.readLong();
  }
}
