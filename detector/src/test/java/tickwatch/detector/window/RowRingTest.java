package tickwatch.detector.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowRingTest {
  @Test
  void givesTheSameRowsAsAListThatForgetsItsFirst() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      int rows = 1 + random.nextInt(20);
      int channels = 1 + random.nextInt(5);
      int wanted = 1 + random.nextInt(rows);
      double clip = random.nextBoolean() ? 1 : Double.POSITIVE_INFINITY;
      RowRing ring = new RowRing(rows, channels);
      Deque<double[]> oracle = new ArrayDeque<>();
      for (int t = 0; t < 60; t++) {
        double[] row = random.doubles(channels + 2, -3, 3).toArray();
        ring.push(row, 2);
        oracle.add(java.util.Arrays.copyOfRange(row, 2, channels + 2));
        if (oracle.size() > rows) {
          oracle.removeFirst();
        }
        assertThat(ring.isFull()).isEqualTo(oracle.size() == rows);
        if (ring.isFull()) {
          float[] window = new float[3 + wanted * channels];
          ring.copyOldest(wanted, clip, window, 3);
          assertThat(java.util.Arrays.copyOfRange(window, 3, window.length))
              .containsExactly(clipped(oracle, wanted, clip));
        }
      }
    }
  }

  private static float[] clipped(Deque<double[]> rows, int wanted, double clip) {
    List<Float> floats = new ArrayList<>();
    rows.stream()
        .limit(wanted)
        .forEach(
            row -> {
              for (double value : row) {
                floats.add((float) (value > clip ? clip : value < -clip ? -clip : value));
              }
            });
    float[] all = new float[floats.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = floats.get(i);
    }
    return all;
  }

  @Test
  void givesNoWindowBeforeItIsFull() {
    RowRing ring = new RowRing(3, 1);
    ring.push(new double[] {1}, 0);

    assertThatThrownBy(() -> ring.copyOldest(1, 5, new float[1], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 of 3");
  }

  @Test
  void goesOnFromWhatItSaved() {
    RowRing ring = new RowRing(3, 2);
    for (int t = 0; t < 7; t++) {
      ring.push(new double[] {t, -t}, 0);
      RowRing other = new RowRing(3, 2);
      other.restore(ring.save());
      other.push(new double[] {100, 101}, 0);
      RowRing same = new RowRing(3, 2);
      same.restore(ring.save());
      same.push(new double[] {100, 101}, 0);

      assertThat(other.save()).containsExactly(same.save());
      assertThat(other.held()).isEqualTo(Math.min(3, t + 2));
    }
    assertThat(ring.save()).containsExactly(4, -4, 5, -5, 6, -6);
  }
}
