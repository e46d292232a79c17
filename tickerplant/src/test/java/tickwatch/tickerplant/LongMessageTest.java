package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

/** Who sends a huge message has it decoded beside the event loop, which serves all others. */
class LongMessageTest {
  private static final int ITEMS = 400_000;

  /** Less than what the items alone take as objects. */
  private static final long MUCH = 5_000_000;

  @TempDir Path directory;
  private Plant plant;
  private RawClient client;

  @BeforeEach
  void start() {
    plant = new Plant(directory);
    client = plant.client();
  }

  @AfterEach
  void stop() {
    client.close();
    plant.close();
  }

  /** As many objects as items, 3.6 MB on the wire. */
  private static ListVector atoms() {
    Value[] atoms = new Value[ITEMS];
    Arrays.setAll(atoms, item -> new LongAtom(QType.LONG, 1000L + item));
    return ListVector.of(atoms);
  }

  /** Bytes that the event loops of this process have allocated: only this plant's does anything. */
  private static long allocatedByEventLoops() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().matches("ipc-\\d+-\\d+")) {
        bytes += threads.getThreadAllocatedBytes(thread.getThreadId());
      }
    }
    return bytes;
  }

  @Test
  void theEventLoopMakesNoObjectsOfIt() {
    client.chase();
    long before = allocatedByEventLoops();
    assertThat(before).isPositive();

    assertThat(client.refusal(symbol("nosuch"), atoms())).isEqualTo("nosuch");

    assertThat(allocatedByEventLoops() - before).isLessThan(MUCH);
  }

  @Test
  void whatFollowsItIsTakenAfterIt() {
    client.async(symbol("nosuch"), atoms());
    client.async(symbol(".u.upd"), symbol("trade"), trades(1, 1));
    client.chase();

    assertThat(client.ask(".u.i")).isEqualTo(new LongAtom(QType.LONG, 1));
  }

  @Test
  void aHugeSynchronousUpdateIsInTheLogWhenItIsAnswered() {
    int rows = 100_000;
    client.call(symbol(".u.upd"), symbol("trade"), trades(0, rows));

    assertThat(plant.logBytes().length).isGreaterThan(rows * 20);
  }
}
