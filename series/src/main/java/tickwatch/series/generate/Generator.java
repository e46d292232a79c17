package tickwatch.series.generate;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.series.random.Noise;
import tickwatch.series.random.Xoshiro256;

/**
 * Fills arrays with the values of a series.
 *
 * <p>A series is endless and starts at value 0. It is made of blocks of {@link Noise#BLOCK} values,
 * each computed from the recipe, the seed and the block's number alone; so any stretch gives the
 * same values on any thread, in any order and in pieces of any size. The values as floats and as
 * doubles are two different series.
 *
 * <p><b>Threads.</b> One thread at a time; generators of one recipe and seed give the same values
 * on several.
 */
public final class Generator {
  private static final int BLOCK = Noise.BLOCK;
  private static final long PURPOSE_DRIFT = 3;

  /** Positions after which a sine computed by turning is computed afresh. */
  private static final int TURN = 64;

  private final Recipe recipe;
  private long seed;
  private final Noise noise;
  private final double[] @Nullable [] tables;
  private double[] level = new double[0];
  private float[] floatScratch = new float[0];
  private double[] doubleScratch = new double[0];

  public Generator(Recipe recipe, long seed) {
    this.recipe = recipe;
    this.seed = seed;
    this.noise =
        recipe.noise() instanceof Distribution.Uniform ? Noise.uniforms() : recipe.kind().normals();
    this.tables =
        recipe.seasons().stream()
            .map(season -> season.isTable() ? season.table() : null)
            .toArray(double[][]::new);
  }

  /** Goes on with the series of another seed, so that many series share the space of one. */
  void turnTo(long other) {
    seed = other;
  }

  public Recipe recipe() {
    return recipe;
  }

  /**
   * Fills {@code count} items of {@code out} from {@code at} on with the values {@code from},
   * {@code from + 1}, ...
   */
  public void fill(long from, float[] out, int at, int count) {
    Objects.checkFromIndexSize(at, count, out.length);
    Objects.checkFromIndexSize(from, count, Long.MAX_VALUE);
    int done = 0;
    while (done < count) {
      long position = from + done;
      int within = (int) (position % BLOCK);
      int step = Math.min(BLOCK - within, count - done);
      if (step == BLOCK) {
        block(position / BLOCK, out, at + done);
      } else {
        if (floatScratch.length == 0) {
          floatScratch = new float[BLOCK];
        }
        block(position / BLOCK, floatScratch, 0);
        System.arraycopy(floatScratch, within, out, at + done, step);
      }
      done += step;
    }
  }

  /**
   * Fills {@code count} items of {@code out} from {@code at} on with the values {@code from},
   * {@code from + 1}, ...
   */
  public void fill(long from, double[] out, int at, int count) {
    Objects.checkFromIndexSize(at, count, out.length);
    Objects.checkFromIndexSize(from, count, Long.MAX_VALUE);
    int done = 0;
    while (done < count) {
      long position = from + done;
      int within = (int) (position % BLOCK);
      int step = Math.min(BLOCK - within, count - done);
      if (step == BLOCK) {
        block(position / BLOCK, out, at + done);
      } else {
        if (doubleScratch.length == 0) {
          doubleScratch = new double[BLOCK];
        }
        block(position / BLOCK, doubleScratch, 0);
        System.arraycopy(doubleScratch, within, out, at + done, step);
      }
      done += step;
    }
  }

  /** Takes the values of a stretch; the array is reused, so what is to be kept must be copied. */
  @FunctionalInterface
  public interface Consumer {
    void accept(long from, double[] values, int count);
  }

  /**
   * Hands {@code count} values from {@code from} on to the consumer, in order, in pieces of at most
   * {@code chunk}.
   */
  public void stream(long from, long count, int chunk, Consumer consumer) {
    double[] values = new double[(int) Math.min(chunk, count)];
    for (long done = 0; done < count; done += chunk) {
      int step = (int) Math.min(chunk, count - done);
      fill(from + done, values, 0, step);
      consumer.accept(from + done, values, step);
    }
  }

  /** The anomalies of the block that begins at value {@code block × Noise.BLOCK}. */
  public List<Label> labels(long block) {
    return recipe.anomalies().in(seed, block);
  }

  private void block(long block, float[] out, int at) {
    noise.fill(seed, block, out, at);
    Distribution distribution = recipe.noise();
    double scale = scale(distribution);
    double offset = offset(distribution);
    if (recipe.hasLevel()) {
      level(block, offset);
      for (int i = 0; i < BLOCK; i++) {
        out[at + i] = (float) (out[at + i] * scale + level[i]);
      }
    } else if (scale != 1 || offset != 0) {
      float floatScale = (float) scale;
      float floatOffset = (float) offset;
      for (int i = 0; i < BLOCK; i++) {
        out[at + i] = out[at + i] * floatScale + floatOffset;
      }
    }
    if (distribution instanceof Distribution.Uniform uniform && !recipe.hasLevel()) {
      // Rounding may reach the end that a uniform value never does.
      float highest = Math.nextDown((float) uniform.high());
      for (int i = 0; i < BLOCK; i++) {
        out[at + i] = out[at + i] > highest ? highest : out[at + i];
      }
    }
    for (Label label : recipe.anomalies().in(seed, block)) {
      int first = (int) (label.start() - block * BLOCK);
      for (int i = first; i < first + label.length(); i++) {
        out[at + i] =
            (float)
                changed(
                    label,
                    out[at + i],
                    recipe.hasLevel() ? level[i] + centreOfNoise() : distribution.centre());
      }
    }
  }

  private void block(long block, double[] out, int at) {
    noise.fill(seed, block, out, at);
    Distribution distribution = recipe.noise();
    double scale = scale(distribution);
    double offset = offset(distribution);
    if (recipe.hasLevel()) {
      level(block, offset);
      for (int i = 0; i < BLOCK; i++) {
        out[at + i] = out[at + i] * scale + level[i];
      }
    } else if (scale != 1 || offset != 0) {
      for (int i = 0; i < BLOCK; i++) {
        out[at + i] = out[at + i] * scale + offset;
      }
    }
    if (distribution instanceof Distribution.Uniform uniform && !recipe.hasLevel()) {
      double highest = Math.nextDown(uniform.high());
      for (int i = 0; i < BLOCK; i++) {
        out[at + i] = out[at + i] > highest ? highest : out[at + i];
      }
    }
    for (Label label : recipe.anomalies().in(seed, block)) {
      int first = (int) (label.start() - block * BLOCK);
      for (int i = first; i < first + label.length(); i++) {
        out[at + i] =
            changed(
                label,
                out[at + i],
                recipe.hasLevel() ? level[i] + centreOfNoise() : distribution.centre());
      }
    }
  }

  private static double scale(Distribution distribution) {
    return distribution instanceof Distribution.Uniform uniform
        ? uniform.high() - uniform.low()
        : distribution.deviation();
  }

  private static double offset(Distribution distribution) {
    return distribution instanceof Distribution.Uniform uniform
        ? uniform.low()
        : distribution.centre();
  }

  /**
   * How far the middle of the noise is above the level, which starts from the low end of a uniform.
   */
  private double centreOfNoise() {
    return recipe.noise().centre() - offset(recipe.noise());
  }

  private static double changed(Label label, double value, double centre) {
    return switch (label.kind()) {
      case SPIKE, SHIFT -> value + label.amount();
      case VARIANCE -> centre + (value - centre) * label.amount();
      case DROP_OUT -> label.amount();
    };
  }

  /** Writes offset + seasons + trend + drift of a block's values into {@link #level}. */
  private void level(long block, double offset) {
    if (level.length == 0) {
      level = new double[BLOCK];
    }
    long first = block * BLOCK;
    double[] level = this.level;
    double trend = recipe.trend();
    for (int i = 0; i < BLOCK; i++) {
      level[i] = offset + trend * (first + i);
    }
    for (int s = 0; s < tables.length; s++) {
      double[] table = tables[s];
      if (table == null) {
        turn(recipe.seasons().get(s), first);
      } else {
        int place = (int) (first % table.length);
        int i = 0;
        while (i < BLOCK) {
          int step = Math.min(table.length - place, BLOCK - i);
          for (int k = 0; k < step; k++) {
            level[i + k] += table[place + k];
          }
          i += step;
          place = 0;
        }
      }
    }
    if (recipe.drift().std() > 0) {
      drift(first);
    }
  }

  /** Adds a sine by turning a vector step by step, set right every 64 values. */
  private void turn(Seasonality season, long first) {
    double angle = 2 * Math.PI / season.period();
    double cosStep = StrictMath.cos(angle);
    double sinStep = StrictMath.sin(angle);
    Seasonality quarterAhead =
        new Seasonality(season.amplitude(), season.period(), season.phase() + Math.PI / 2);
    for (int start = 0; start < BLOCK; start += TURN) {
      double sin = season.at(first + start);
      double cos = quarterAhead.at(first + start);
      for (int i = start; i < start + TURN; i++) {
        level[i] += sin;
        double next = sin * cosStep + cos * sinStep;
        cos = cos * cosStep - sin * sinStep;
        sin = next;
      }
    }
  }

  private void drift(long first) {
    long every = recipe.drift().every();
    long knot = first / every;
    double left = height(knot);
    double right = height(knot + 1);
    long start = knot * every;
    for (int i = 0; i < BLOCK; i++) {
      if (first + i - start == every) {
        knot++;
        start += every;
        left = right;
        right = height(knot + 1);
      }
      double way = (double) (first + i - start) / every;
      level[i] += left + (right - left) * way * way * (3 - 2 * way);
    }
  }

  private double height(long knot) {
    return recipe.drift().std() * Xoshiro256.of(seed, PURPOSE_DRIFT, knot).normal();
  }
}
