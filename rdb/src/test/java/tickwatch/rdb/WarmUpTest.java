package tickwatch.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

final class WarmUpTest {
  private final Deque<Runnable> pool = new ArrayDeque<>();
  private final WarmUp warmUp = new WarmUp(QueryLimits.defaults(), pool::add);

  @Test
  void allItsQuestionsHaveAnswers() {
    warmUp.round();
  }

  @Test
  void whatWaitsHasItsTurnBetweenTheRoundsAndItEnds() {
    int runs = 1;
    warmUp.run();
    while (!pool.isEmpty()) {
      assertThat(pool).hasSize(1);
      pool.remove().run();
      runs++;
    }

    assertThat(runs).isBetween(2, 100);
  }
}
