package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WarningLimitTest {
  @Test
  void letsOneThroughInEachIntervalAndCountsTheRest() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50);
    WarningLimit limit = new WarningLimit(100, now::get);

    assertThat(limit.permit()).isZero();
    assertThat(limit.permit()).isEqualTo(-1);
    now.addAndGet(99);
    assertThat(limit.permit()).isEqualTo(-1);
    now.addAndGet(1);
    assertThat(limit.permit()).isEqualTo(2);
    assertThat(limit.permit()).isEqualTo(-1);
    now.addAndGet(1000);
    assertThat(limit.permit()).isEqualTo(1);
  }
}
