package tickwatch.q;

import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Running and moving sums, averages, extremes: as many results as items. */
final class Moving {
  private Moving() {}

  private static Vector numbers(Value x) {
    if (x instanceof Vector v && Vectors.isNumber(v.type())) {
      return v;
    }
    if (x instanceof Vector v && v.length() == 0) {
      return v;
    }
    throw QError.type(Types.name(x) + " (expected: a list of numbers)");
  }

  /** {@code sums prds mins maxs}. */
  static Value running(Context context, Aggregate aggregate, Value x) {
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), running(context, aggregate, d.values()));
    }
    if (x instanceof Table t) {
      return Atomic.eachColumn(t, c -> running(context, aggregate, c));
    }
    if (Vectors.isAtom(x)) {
      return aggregate.of(context, x);
    }
    if (x instanceof ListVector list) {
      Value[] out = new Value[list.length()];
      Arithmetic.Op op =
          switch (aggregate) {
            case SUM -> Arithmetic.Op.ADD;
            case PRD -> Arithmetic.Op.MULTIPLY;
            case MIN -> Arithmetic.Op.MIN;
            default -> Arithmetic.Op.MAX;
          };
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        context.step();
        out[i] = i == 0 ? list.get(0) : Arithmetic.apply(op, out[i - 1], list.get(i));
      }
      return Vectors.list(out);
    }
    Vector v = numbers(x);
    boolean extreme = aggregate == Aggregate.MIN || aggregate == Aggregate.MAX;
    if (v.type() == QType.CHAR && !extreme) {
      throw QError.type("sums of text");
    }
    QType type =
        extreme ? v.type() : v.type() == QType.SHORT ? QType.INT : Arithmetic.small(v.type());
    if (Vectors.isFloating(type)) {
      double[] items = Vectors.doubles(v);
      double last = startDouble(aggregate);
      Meter.here().pass(items.length);
      for (int i = 0; i < items.length; i++) {
        if (!Double.isNaN(items[i])) {
          last =
              switch (aggregate) {
                case SUM -> last + items[i];
                case PRD -> last * items[i];
                case MIN -> Math.min(last, items[i]);
                default -> Math.max(last, items[i]);
              };
        }
        items[i] = last;
      }
      return Vectors.ofDoubles(type, items, items.length);
    }
    long[] items = Vectors.longs(v);
    long last =
        switch (aggregate) {
          case SUM -> 0;
          case PRD -> 1;
          default ->
              type == QType.BOOLEAN
                  ? (aggregate == Aggregate.MAX ? 0 : 1)
                  : Vectors.longOf(Casts.infinity(type, aggregate == Aggregate.MAX));
        };
    Meter.here().pass(items.length);
    for (int i = 0; i < items.length; i++) {
      if (items[i] != Null.LONG) {
        last =
            switch (aggregate) {
              case SUM -> last + items[i];
              case PRD -> last * items[i];
              case MIN -> Math.min(last, items[i]);
              default -> Math.max(last, items[i]);
            };
      }
      items[i] = last;
    }
    return Vectors.ofLongs(type, items, items.length);
  }

  private static double startDouble(Aggregate aggregate) {
    return switch (aggregate) {
      case SUM -> 0;
      case PRD -> 1;
      case MIN -> Double.POSITIVE_INFINITY;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  static Value avgs(Value x) {
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), avgs(d.values()));
    }
    if (x instanceof Table t) {
      return Atomic.eachColumn(t, Moving::avgs);
    }
    if (Vectors.isAtom(x)) {
      return Vectors.atomOfDouble(QType.FLOAT, Vectors.doubleOf(x));
    }
    double[] items = Vectors.doubles(numbers(x));
    double sum = 0;
    int seen = 0;
    Meter.here().pass(items.length);
    for (int i = 0; i < items.length; i++) {
      if (!Double.isNaN(items[i])) {
        sum += items[i];
        seen++;
      }
      items[i] = seen == 0 ? Null.FLOAT : sum / seen;
    }
    return Vectors.ofDoubles(QType.FLOAT, items, items.length);
  }

  /** One result from the last items, those of them that are not null. */
  private interface Window {
    double of(double sum, double squares, int seen);
  }

  private static double[] windows(int width, double[] items, Window window) {
    double[] out = new double[items.length];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass(Math.min(i + 1, width));
      // Summed afresh where it is cheap: a running sum drifts, and an infinity never leaves it.
      double sum = 0;
      double squares = 0;
      int seen = 0;
      for (int j = Math.max(0, i - width + 1); j <= i; j++) {
        if (!Double.isNaN(items[j])) {
          sum += items[j];
          squares += items[j] * items[j];
          seen++;
        }
      }
      out[i] = window.of(sum, squares, seen);
    }
    return out;
  }

  private static final int CHEAP_WIDTH = 64;

  private static double[] slidingSums(int width, double[] items) {
    double[] out = new double[items.length];
    double sum = 0;
    Meter.here().pass(out.length);
    for (int i = 0; i < out.length; i++) {
      sum += Double.isNaN(items[i]) ? 0 : items[i];
      if (i >= width) {
        sum -= Double.isNaN(items[i - width]) ? 0 : items[i - width];
      }
      out[i] = sum;
    }
    return out;
  }

  private static int width(Value x) {
    return Math.max(0, Vectors.intOf(x, "width"));
  }

  private interface Kernel {
    Value of(int width, Vector items);
  }

  private static Value moving(Value x, Value y, Kernel kernel) {
    int width = width(x);
    return movingItems(width, y, kernel);
  }

  private static Value movingItems(int width, Value y, Kernel kernel) {
    if (y instanceof Dictionary d) {
      return new Dictionary(d.keys(), movingItems(width, d.values(), kernel));
    }
    if (y instanceof Table t) {
      return Atomic.eachColumn(t, c -> movingItems(width, c, kernel));
    }
    if (y instanceof ListVector list && list.length() > 0 && list.get(0) instanceof Vector) {
      Value[] columns = Vectors.items(Lists.flip(list));
      for (int i = 0; i < columns.length; i++) {
        columns[i] = movingItems(width, columns[i], kernel);
      }
      return Lists.flip(ListVector.of(columns));
    }
    return kernel.of(width, numbers(y));
  }

  private static boolean isFinite(double[] items) {
    for (double item : items) {
      if (Double.isInfinite(item)) {
        return false;
      }
    }
    return true;
  }

  static Value msum(Value x, Value y) {
    return moving(
        x,
        y,
        (width, v) -> {
          if (!Vectors.isFloating(v.type())) {
            long[] items = Vectors.longs(v);
            long[] out = new long[items.length];
            long sum = 0;
            Meter.here().pass(out.length);
            for (int i = 0; i < out.length; i++) {
              sum += items[i] == Null.LONG ? 0 : items[i];
              if (i >= width) {
                sum -= items[i - width] == Null.LONG ? 0 : items[i - width];
              }
              out[i] = sum;
            }
            QType type = Arithmetic.small(v.type());
            return Vectors.ofLongs(type == QType.SHORT ? QType.INT : type, out, out.length);
          }
          double[] items = Vectors.doubles(v);
          double[] out =
              width <= CHEAP_WIDTH || !isFinite(items)
                  ? windows(width, items, (sum, squares, seen) -> sum)
                  : slidingSums(width, items);
          return Vectors.ofDoubles(v.type(), out, out.length);
        });
  }

  static Value mavg(Value x, Value y) {
    return moving(
        x,
        y,
        (width, v) -> {
          double[] items = Vectors.doubles(v);
          if (width <= CHEAP_WIDTH || !isFinite(items)) {
            double[] out =
                windows(width, items, (sum, squares, seen) -> seen == 0 ? Null.FLOAT : sum / seen);
            return Vectors.ofDoubles(QType.FLOAT, out, out.length);
          }
          double[] sums = slidingSums(width, items);
          long[] counts = counts(width, v);
          Meter.here().pass(sums.length);
          for (int i = 0; i < sums.length; i++) {
            sums[i] = counts[i] == 0 ? Null.FLOAT : sums[i] / counts[i];
          }
          return Vectors.ofDoubles(QType.FLOAT, sums, sums.length);
        });
  }

  static Value mdev(Value x, Value y) {
    return moving(
        x,
        y,
        (width, v) -> {
          double[] items = Vectors.doubles(v);
          double[] out = new double[items.length];
          Meter meter = Meter.here();
          for (int i = 0; i < out.length; i++) {
            meter.pass(Math.min(i + 1, width));
            int from = Math.max(0, i - width + 1);
            double sum = 0;
            int seen = 0;
            for (int j = from; j <= i; j++) {
              if (!Double.isNaN(items[j])) {
                sum += items[j];
                seen++;
              }
            }
            double mean = sum / seen;
            double squares = 0;
            for (int j = from; j <= i; j++) {
              if (!Double.isNaN(items[j])) {
                squares += (items[j] - mean) * (items[j] - mean);
              }
            }
            out[i] = seen == 0 ? Null.FLOAT : Math.sqrt(squares / seen);
          }
          return Vectors.ofDoubles(QType.FLOAT, out, out.length);
        });
  }

  private static long[] counts(int width, Vector v) {
    double[] items = Vectors.doubles(v);
    long[] out = new long[items.length];
    long seen = 0;
    Meter.here().pass(out.length);
    for (int i = 0; i < out.length; i++) {
      seen += Double.isNaN(items[i]) ? 0 : 1;
      if (i >= width) {
        seen -= Double.isNaN(items[i - width]) ? 0 : 1;
      }
      out[i] = seen;
    }
    return out;
  }

  static Value mcount(Value x, Value y) {
    return moving(
        x,
        y,
        (width, v) -> {
          long[] out = counts(width, v);
          return Vectors.ofLongs(QType.INT, out, out.length);
        });
  }

  static Value mextreme(Value x, Value y, boolean max) {
    return moving(
        x,
        y,
        (width, v) -> {
          long[] keys = Order.keys(v);
          int count = keys.length;
          int[] best = new int[count];
          int[] queue = new int[count];
          int head = 0;
          int tail = 0;
          Meter meter = Meter.here();
          for (int i = 0; i < count; i++) {
            meter.pass();
            while (tail > head
                && (max ? keys[queue[tail - 1]] <= keys[i] : keys[queue[tail - 1]] >= keys[i])) {
              tail--;
            }
            queue[tail++] = i;
            if (queue[head] <= i - Math.max(1, width)) {
              head++;
            }
            best[i] = queue[head];
          }
          Value out = v.at(best, count);
          // Where there is nothing but nulls, the greatest of nothing.
          return max && Vectors.isNumber(v.type()) && v.type() != QType.CHAR
              ? Arithmetic.apply(Arithmetic.Op.FILL, Casts.infinity(v.type(), true), out)
              : out;
        });
  }

  static Value ema(Value x, Value y) {
    if (y instanceof Dictionary d) {
      return new Dictionary(d.keys(), ema(x, d.values()));
    }
    double[] items = Vectors.doubles(numbers(y));
    double[] weights = x instanceof Vector w ? Vectors.doubles(numbers(w)) : null;
    if (weights != null && weights.length < items.length) {
      throw QError.length(weights.length, items.length);
    }
    double weight = weights == null ? Vectors.doubleOf(x) : 0;
    double last = Null.FLOAT;
    Meter.here().pass(items.length);
    for (int i = 0; i < items.length; i++) {
      double a = weights == null ? weight : weights[i];
      last = i == 0 ? items[i] : Double.isNaN(items[i]) ? last : a * items[i] + (1 - a) * last;
      items[i] = last;
    }
    return Vectors.ofDoubles(QType.FLOAT, items, items.length);
  }
}
