package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:5010, localhost, 5010, '', ''",
    "10.0.0.1:65535:joe, 10.0.0.1, 65535, joe, ''",
    "h:1:joe:pw, h, 1, joe, pw",
    "h:1:joe:a:b:, h, 1, joe, a:b:",
    "h:1::, h, 1, '', ''",
    "[::1]:5010:joe:pw, ::1, 5010, joe, pw",
  })
  void readsHostPortUserAndPassword(
      String text, String host, int port, String user, String password) {
    assertThat(Endpoint.parse(text)).isEqualTo(new Endpoint(host, port, user, password));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, names no port",
    "'', names no port",
    ":5010, no host",
    "h:50l1:joe:secret, \"50l1\"",
    "h:0:joe:secret, \"0\"",
    "h:65536:joe:secret, \"65536\"",
    "h::joe:secret, expected",
    "[::1:5010:joe:secret, without its",
    "[::1]5010:joe:secret, after",
    "[::1], names no port",
  })
  void saysWhatIsWrongWithoutThePassword(String text, String why) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(NetException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("secret");
  }

  @Test
  void isSafeToLog() {
    assertThat(Endpoint.parse("[::1]:5010:joe:secret")).hasToString("[::1]:5010");
  }

  @Test
  void tcpsIsTlsAndTcpIsNot() {
    Endpoint endpoint = Endpoint.parse("tcps://[::1]:5010:joe:a:b");
    assertThat(endpoint.tls()).isNotNull();
    assertThat(endpoint.password()).isEqualTo("a:b");
    assertThat(endpoint).hasToString("tcps://[::1]:5010");
    assertThat(Endpoint.parse("tcp://h:1").tls()).isNull();
  }
}
