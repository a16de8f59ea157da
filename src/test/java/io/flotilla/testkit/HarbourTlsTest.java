package io.flotilla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the harbour's TLS looks like to a client that is the JDK's own. */
@Timeout(60)
class HarbourTlsTest {

    private static final HarbourTls TRUSTED = HarbourTls.trusted();
    private static final String AUTHORITY = TRUSTED.trustPem();

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void servesWebSocketsOverTls(String protocol) throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED.protocols(protocol));
                SSLSocket socket = connect(harbour, context(AUTHORITY))) {
            upgrade(socket);
            socket.getOutputStream().write(WireFrame.text("hi").asMasked().bytes());
            assertThat(socket.getInputStream().readNBytes(4)).containsExactly(0x81, 2, 'h', 'i');
            Peer peer = harbour.nextConnection();
            assertThat(peer.awaitTls().protocol()).isEqualTo(protocol);
            assertThat(peer.awaitTls().serverName()).contains("localhost");
            assertThat(peer.bytesIn()).isGreaterThan(peer.frames().get(0).payload().length);
            assertThat(harbour.uri("/x")).hasScheme("wss");
        }
    }

    @Test
    void isTrustedByWhoTrustsTheAuthorityAlone() throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED)) {
            String stranger = HarbourTls.selfSigned().trustPem();
            assertThatThrownBy(() -> handshake(harbour, context(stranger), true))
                    .hasMessageContaining("PKIX path");
            assertThat(harbour.nextConnection().awaitTlsFailure()).hasMessageContaining("certificate_unknown");
        }
    }

    @Test
    void showsASelfSignedCertificate() throws Exception {
        HarbourTls tls = HarbourTls.selfSigned();
        try (Harbour harbour = Harbour.start(tls)) {
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .hasMessageContaining("PKIX path");
            handshake(harbour, context(tls.trustPem()), true);
        }
    }

    @Test
    void showsAnExpiredCertificate() throws Exception {
        try (Harbour harbour = Harbour.start(HarbourTls.expired())) {
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .hasStackTraceContaining("CertificateExpiredException");
        }
    }

    @Test
    void showsACertificateThatIsNotYetValid() throws Exception {
        try (Harbour harbour = Harbour.start(HarbourTls.notYetValid())) {
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .hasStackTraceContaining("CertificateNotYetValidException");
        }
    }

    @Test
    void showsACertificateForAnotherHost() throws Exception {
        try (Harbour harbour = Harbour.start(HarbourTls.forHosts("other.example"))) {
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .hasStackTraceContaining("No subject alternative DNS name matching localhost");
            handshake(harbour, context(AUTHORITY), false);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void requiresAClientCertificate(String protocol) throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED.protocols(protocol).requiringClientCertificate())) {
            assertThatThrownBy(() -> upgrade(connect(harbour, context(AUTHORITY))))
                    .isInstanceOf(SSLException.class)
                    .hasMessageMatching(
                            ".*(certificate|handshake_failure).*"); // which alert it is, is up to the JDK's version
            assertThatThrownBy(() -> upgrade(connect(harbour, context(AUTHORITY, ClientIdentity.stranger("nobody")))))
                    .isInstanceOf(IOException.class);
            SSLSocket known = connect(harbour, context(AUTHORITY, ClientIdentity.trusted("bot-7")));
            upgrade(known);
            TlsSeen seen = harbour.nextConnection("/").awaitTls();
            assertThat(seen.clientCertificates().get(0).getSubjectX500Principal())
                    .hasToString("CN=bot-7");
            known.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void refusesClientCertificates(String protocol) throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED.protocols(protocol).refusingClientCertificates())) {
            assertThatThrownBy(() -> upgrade(connect(harbour, context(AUTHORITY, ClientIdentity.trusted("bot-7")))))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("certificate_unknown");
        }
    }

    @ParameterizedTest(name = "alert {0}")
    @ValueSource(ints = {40, 70, 80, 112})
    void answersTheClientHelloWithAnAlert(int alert) throws Exception {
        try (Harbour harbour = Harbour.start()) {
            harbour.onConnect(Script.empty().awaitBytes(1).tlsAlert(alert).fin());
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining(
                            switch (alert) {
                                case 40 -> "handshake_failure";
                                case 70 -> "protocol_version";
                                case 80 -> "internal_error";
                                default -> "unrecognized_name";
                            });
        }
    }

    @Test
    void choosesAVersionOrCipherThatNobodyOffered() throws Exception {
        try (Harbour harbour = Harbour.start()) {
            harbour.onConnect(Script.inTurn(
                    Script.empty().awaitBytes(1).serverHello(0x0302, 0xc013).hang(),
                    Script.empty().awaitBytes(1).serverHello(0x0303, 0x0005).hang()));
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("TLS11");
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("improper ciphersuite");
        }
    }

    @Test
    void speaksPlaintextOnATlsPort() throws Exception {
        try (Harbour harbour = Harbour.start()) {
            harbour.onConnect(
                    Script.empty().sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n").fin());
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("Unsupported or unrecognized SSL message");
        }
    }

    @Test
    void hangsInTheMiddleOfAHandshake() throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED)) {
            harbour.onConnect(Script.inTurn(
                    Script.empty().awaitBytes(20).stopReading().hang(),
                    Script.empty().cutAfter(60)));
            for (int i = 0; i < 2; i++) {
                SSLSocket socket = connect(harbour, context(AUTHORITY));
                socket.setSoTimeout(200);
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SocketTimeoutException.class);
                socket.close();
            }
            harbour.nextConnection();
            Peer cut = harbour.nextConnection();
            assertThat(cut.bytesOut()).isEqualTo(60);
        }
    }

    @Test
    void hangsInsideTls() throws Exception {
        try (Harbour harbour = Harbour.start()) {
            harbour.onConnect(Script.empty().startTls(TRUSTED).hang());
            SSLSocket socket = connect(harbour, context(AUTHORITY));
            socket.startHandshake();
            Peer peer = harbour.nextConnection();
            assertThat(peer.awaitTls().cipherSuite())
                    .isEqualTo(socket.getSession().getCipherSuite());
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> upgrade(socket)).isInstanceOf(SocketTimeoutException.class);
            assertThat(peer.request()).isEmpty();
            socket.close();
            harbour.awaitOpenConnections(0);
        }
    }

    @Test
    void writesItsTrustForOthersToRead(@TempDir Path directory) throws Exception {
        assertThat(TRUSTED.writeTrust(directory)).hasContent(AUTHORITY);
        assertThat(certificate(AUTHORITY)).isEqualTo(TRUSTED.trustAnchor());
    }

    @Test
    void endsInTheMiddleOfAHandshake() throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED)) {
            harbour.onConnect(Script.inTurn(
                    Script.empty().cutAfter(60).startTls(TRUSTED).fin(),
                    Script.empty().cutAfter(60).startTls(TRUSTED).rst()));
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .hasStackTraceContaining("terminated the handshake");
            assertThatThrownBy(() -> handshake(harbour, context(AUTHORITY), true))
                    .hasStackTraceContaining("reset");
        }
    }

    @Test
    void tricklesItsHandshake() throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED)) {
            harbour.onConnect(Script.empty().trickle(50, Duration.ofMillis(2)));
            handshake(harbour, context(AUTHORITY), true);
        }
    }

    /** The JDK's client takes both for an end; the bytes on the wire tell them apart. */
    @ParameterizedTest(name = "close_notify: {0}")
    @ValueSource(booleans = {true, false})
    void endsWithOrWithoutCloseNotify(boolean notify) throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED)) {
            Script upgraded = Script.upgrade().awaitText("go");
            harbour.otherwise(notify ? upgraded.fin() : upgraded.finWithoutNotify());
            SSLSocket socket = connect(harbour, context(AUTHORITY));
            upgrade(socket);
            Peer peer = harbour.nextConnection();
            long before = peer.bytesOut();
            socket.getOutputStream().write(WireFrame.text("go").asMasked().bytes());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(peer.bytesOut() > before).isEqualTo(notify);
            socket.close();
            harbour.awaitOpenConnections(0);
        }
    }

    @Test
    void resetsInsideTls() throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED)) {
            harbour.otherwise(Script.upgrade().awaitText("go").rst());
            SSLSocket socket = connect(harbour, context(AUTHORITY));
            upgrade(socket);
            socket.getOutputStream().write(WireFrame.text("go").asMasked().bytes());
            assertThatThrownBy(() -> socket.getInputStream().read()).hasStackTraceContaining("reset");
        }
    }

    @Test
    void sendsGarbageUnderTls() throws Exception {
        try (Harbour harbour = Harbour.start(TRUSTED)) {
            harbour.otherwise(Script.upgrade()
                    .sendUnderTls(new byte[] {23, 3, 3, 0, 4, 1, 2, 3, 4})
                    .hang());
            SSLSocket socket = connect(harbour, context(AUTHORITY));
            upgrade(socket);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SSLException.class);
        }
    }

    // Helpers.

    private static void upgrade(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(HarbourTest.REQUEST.formatted("/").getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            head.append((char) b);
        }
        assertThat(head).startsWith("HTTP/1.1 101");
    }

    private static void handshake(Harbour harbour, SSLContext context, boolean checkName) throws IOException {
        try (SSLSocket socket = connect(harbour, context)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(checkName ? "HTTPS" : null);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        }
    }

    private static SSLSocket connect(Harbour harbour, SSLContext context) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), harbour.port());
        plain.setSoTimeout(20_000);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", harbour.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("localhost")));
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static SSLContext context(String trustPem) throws Exception {
        return context(trustPem, new KeyManager[0]);
    }

    private static SSLContext context(String trustPem, ClientIdentity identity) throws Exception {
        return context(trustPem, keys(identity));
    }

    private static SSLContext context(String trustPem, KeyManager[] keys) throws Exception {
        KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
        trust.load(null, null);
        trust.setCertificateEntry("authority", certificate(trustPem));
        TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trusting.getTrustManagers(), null);
        return context;
    }

    private static KeyManager[] keys(ClientIdentity identity) throws Exception {
        String base64 = identity.keyPem().replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("key", key, new char[0], new Certificate[] {certificate(identity.certificatePem())});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static Certificate certificate(String pem) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
