package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kx.c;
import io.netty.channel.EventLoopGroup;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Value;

class TlsTest {
  private static final String PASSWORD = "secret";

  @TempDir static Path directory;
  private static Path certificate = Path.of("");
  private static Path key = Path.of("");

  private final Recorder recorder = new Recorder();
  private IpcServer server;
  private EventLoopGroup loops;

  /** A fresh key and certificate for localhost, as the JDK's own tool makes them. */
  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = directory.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "me",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Key secret = keys.getKey("me", PASSWORD.toCharArray());
    certificate = pem("CERTIFICATE", keys.getCertificate("me").getEncoded());
    key = pem("PRIVATE KEY", secret.getEncoded());
  }

  private static Path pem(String what, byte[] bytes) throws Exception {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        directory.resolve(what.replace(' ', '-') + ".pem"),
        "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
  }

  @BeforeEach
  void start() {
    start(Duration.ofSeconds(10));
  }

  private void start(Duration handshakeTimeout) {
    recorder.onMessage =
        event -> {
          if (event.what().equals("SYNC")) {
            event.connection().respond(event.theValue());
          }
        };
    server =
        IpcServer.start(
            IpcServerConfig.defaults(0)
                .withTls(ServerTls.of(certificate, key))
                .withHttp(path -> HttpReply.text(200, "fine\n"))
                .withHandshakeTimeout(handshakeTimeout),
            recorder);
    loops = EventLoops.create(1, "tls-client");
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  private ClientConnection connect(Endpoint endpoint) {
    return IpcClient.connect(endpoint, Duration.ofSeconds(10), 1 << 28, loops, new Recorder())
        .join();
  }

  private Endpoint endpoint(ClientTls tls) {
    return new Endpoint("localhost", server.port(), "joe", "pw", tls);
  }

  @Test
  void aClientThatTrustsTheCertificateIsServed() {
    ClientConnection client = connect(endpoint(ClientTls.trusting(certificate)));
    byte[] large = new byte[3_000_000];
    Arrays.fill(large, (byte) 'x');
    Value text = ByteVector.string(new String(large, StandardCharsets.US_ASCII));
    assertThat(client.request(text).join()).isEqualTo(text);
    assertThat(client.request(ByteVector.string("again")).join())
        .isEqualTo(ByteVector.string("again"));
    client.close();
  }

  @Test
  void aCertificateThatIsNotTrustedIsRefused() {
    assertThatThrownBy(() -> connect(endpoint(ClientTls.trusting(null))))
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("tcps://localhost:" + server.port());
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() {
    Endpoint other =
        new Endpoint("127.0.0.2", server.port(), "", "", ClientTls.trusting(certificate));
    IpcServer elsewhere =
        IpcServer.start(
            IpcServerConfig.defaults(0)
                .withListen("127.0.0.2")
                .withTls(ServerTls.of(certificate, key)),
            recorder);
    try {
      Endpoint there =
          new Endpoint(other.host(), elsewhere.port(), "", "", ClientTls.trusting(certificate));
      assertThatThrownBy(() -> connect(there)).isInstanceOf(CompletionException.class);
    } finally {
      elsewhere.close();
    }
  }

  @Test
  void kxsJavaClientIsServed() throws Exception {
    SSLContext before = SSLContext.getDefault();
    SSLContext.setDefault(ClientTls.trusting(certificate).javaContext());
    try {
      c client = new c("localhost", server.port(), "joe:pw", true);
      assertThat(client.k("hello")).isEqualTo("hello".toCharArray());
      client.close();
    } finally {
      SSLContext.setDefault(before);
    }
  }

  @Test
  void httpIsAnsweredOverTls() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .sslContext(ClientTls.trusting(certificate).javaContext())
            .build()
            .send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/health"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.body()).isEqualTo("fine\n");
  }

  @Test
  void aPlainClientIsClosedAtOnceAndABrowserIsToldWhy() throws Exception {
    try (RawPeer plain = RawPeer.connect(server.port())) {
      plain.send("joe:pw\3\0");
      assertThat(plain.readToEnd()).isEmpty();
    }
    try (Socket browser = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      browser.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(browser.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 400")
          .contains("https://");
    }
    assertThatThrownBy(() -> connect(new Endpoint("localhost", server.port(), "joe", "pw")))
        .hasMessageContaining("closed");
  }

  @Test
  void whoDoesNotFinishTheTlsHandshakeIsClosed() throws Exception {
    close();
    start(Duration.ofMillis(300));
    try (RawPeer silent = RawPeer.connect(server.port());
        RawPeer halfWay = RawPeer.connect(server.port())) {
      halfWay.send("\26\3\1\2\0");
      assertThat(silent.readToEnd()).isEmpty();
      assertThat(halfWay.readToEnd()).isEmpty();
    }
  }

  @Test
  void filesThatAreNoCertificateOrKeyAreSaid() throws Exception {
    Path wrong = Files.writeString(directory.resolve("wrong"), "no PEM");
    assertThatThrownBy(() -> ServerTls.of(certificate, wrong))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("wrong")
        .hasMessageContaining("PEM");
    assertThatThrownBy(() -> ServerTls.of(directory.resolve("nosuch"), key))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("nosuch cannot be read");
  }

  @ParameterizedTest
  @CsvSource({"EC, secp256r1", "EC, secp384r1", "RSA, ", "EdDSA, Ed25519"})
  void aKeyOfAnotherCertificateIsRefusedWhereverItIsFrom(String algorithm, @Nullable String curve)
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (curve != null && algorithm.equals("EC")) {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    byte[] secret = generator.generateKeyPair().getPrivate().getEncoded();
    Path other = directory.resolve("other.pem");
    Files.move(pem("PRIVATE KEY OF ANOTHER", secret), other, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(other, Files.readString(other).replace(" OF ANOTHER", ""));

    assertThatThrownBy(() -> ServerTls.of(certificate, other))
        .isInstanceOf(NetException.class)
        .hasMessage(
            "TLS: " + other + " is not the private key of the certificate in " + certificate);
  }

  @Test
  void ofAKeyInAnotherFormItIsSaidHowToTurnItIntoTheRightOne() throws Exception {
    Path old = directory.resolve("old.pem");
    Files.writeString(
        old, "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    assertThatThrownBy(() -> ServerTls.of(certificate, old))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("is RSA (expected: PKCS#8")
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + old);
  }
}
