package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Table;

class OutboxTest {
  /** Accepts what is above the last number, as a tickerplant does; loses what it is told to. */
  private static final class Tickerplant implements Outbox.Link {
    final List<Long> accepted = new ArrayList<>();
    final List<CompletableFuture<Long>> questions = new ArrayList<>();
    long seq;
    boolean connected = true;
    int lose;
    boolean answersAtOnce = true;

    @Override
    public boolean send(String publisher, long number, String table, Table rows) {
      if (!connected) {
        return false;
      }
      if (lose > 0) {
        lose--;
        return true;
      }
      if (number > seq) {
        seq = number;
        LongVector numbers = (LongVector) rows.columns().get(0);
        for (int i = 0; i < numbers.length(); i++) {
          accepted.add(numbers.get(i));
        }
      }
      return true;
    }

    @Override
    public CompletableFuture<Long> lastSeq(String publisher) {
      CompletableFuture<Long> answer = new CompletableFuture<>();
      if (answersAtOnce) {
        answer.complete(seq);
      } else {
        questions.add(answer);
      }
      return answer;
    }
  }

  private final Tickerplant tickerplant = new Tickerplant();

  private static void offer(Outbox outbox, long from, long to) {
    long[] numbers = LongStream.rangeClosed(from, to).toArray();
    outbox.offer(
        "score",
        new Table(List.of("number"), List.of(LongVector.of(QType.LONG, numbers.clone()))),
        numbers);
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void sendsNothingBeforeItKnowsWhatWasAccepted() {
    tickerplant.answersAtOnce = false;
    Outbox outbox = new Outbox("detector-t", tickerplant);
    outbox.connected();
    offer(outbox, 1, 3);
    assertThat(tickerplant.accepted).isEmpty();

    tickerplant.questions.get(0).complete(0L);

    assertThat(tickerplant.accepted).isEqualTo(upTo(3));
  }

  @Test
  void trimsWhatWasAcceptedInPartBeforeARestart() {
    Outbox before = new Outbox("detector-t", tickerplant);
    before.connected();
    offer(before, 1, 2);
    offer(before, 3, 5);

    tickerplant.answersAtOnce = false;
    Outbox after = new Outbox("detector-t", tickerplant);
    after.connected();
    offer(after, 1, 4);
    offer(after, 5, 8);
    tickerplant.questions.get(0).complete(tickerplant.seq);
    offer(after, 9, 9);

    assertThat(tickerplant.accepted).isEqualTo(upTo(9));
  }

  @Test
  void sendsAgainWhatALostConnectionSwallowed() {
    Outbox outbox = new Outbox("detector-t", tickerplant);
    outbox.connected();
    offer(outbox, 1, 2);
    tickerplant.lose = 2;
    offer(outbox, 3, 4);
    offer(outbox, 5, 6);
    outbox.disconnected();
    tickerplant.connected = false;
    offer(outbox, 7, 7);
    tickerplant.connected = true;
    outbox.connected();

    assertThat(tickerplant.accepted).isEqualTo(upTo(7));
    outbox.disconnected();
    outbox.connected();
    assertThat(outbox.unconfirmedRows()).isZero();
  }

  @Test
  void anAnswerOfAnEarlierConnectionIsIgnored() {
    tickerplant.answersAtOnce = false;
    Outbox outbox = new Outbox("detector-t", tickerplant);
    outbox.connected();
    outbox.disconnected();
    outbox.connected();
    offer(outbox, 1, 1);

    tickerplant.questions.get(0).complete(100L);
    assertThat(tickerplant.accepted).isEmpty();
    tickerplant.questions.get(1).complete(0L);

    assertThat(tickerplant.accepted).isEqualTo(upTo(1));
  }

  @Test
  void eachRowIsAcceptedOnceWhateverDies() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      Tickerplant peer = new Tickerplant();
      Outbox outbox = new Outbox("detector-t", peer);
      outbox.connected();
      long next = 1;
      while (next <= 300) {
        long to = Math.min(300, next + random.nextInt(20));
        offer(outbox, next, to);
        next = to + 1;
        int happens = random.nextInt(10);
        if (happens == 0) {
          // All that follows on this connection is lost, then it breaks.
          peer.lose = Integer.MAX_VALUE;
          offer(outbox, next, next);
          next++;
          peer.lose = 0;
          outbox.disconnected();
          outbox.connected();
        } else if (happens == 1) {
          // The process dies; its successor goes through the same rows, cut in another way.
          outbox = new Outbox("detector-t", peer);
          peer.answersAtOnce = random.nextBoolean();
          outbox.connected();
          long end = next - 1;
          for (long from = 1; from <= end; ) {
            long until = Math.min(end, from + random.nextInt(30));
            offer(outbox, from, until);
            from = until + 1;
          }
          peer.answersAtOnce = true;
          peer.questions.forEach(question -> question.complete(peer.seq));
          peer.questions.clear();
        }
      }
      outbox.disconnected();
      outbox.connected();

      assertThat(peer.accepted).isEqualTo(upTo(next - 1));
    }
  }
}
