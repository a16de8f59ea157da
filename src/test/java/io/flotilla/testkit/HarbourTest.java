package io.flotilla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The harbour does what its scripts say, told by clients that know nothing of it: the JDK's, and bare sockets. */
@Timeout(60)
class HarbourTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Harbour harbour = Harbour.start();

    @AfterEach
    void close() {
        harbour.close();
    }

    // Good peers, with the JDK's client.

    @Test
    void echoesEveryMessage() {
        Client client = Client.open(harbour.uri());
        client.send("hello");
        client.expect("text hello");
        client.send("x".repeat(100_000));
        client.expect("text " + "x".repeat(100_000));
        client.close(1000, "bye");
        client.expect("close 1000 bye");
        Peer peer = harbour.nextConnection();
        assertThat(peer.awaitClose().closeReason()).isEqualTo("bye");
        assertThat(peer.awaitEnd().how()).isEqualTo(Ending.How.FIN);
        assertThat(peer.violations()).isEmpty();
        harbour.awaitOpenConnections(0);
        assertThat(harbour.mostOpen()).isEqualTo(1);
    }

    @Test
    void ticksInNumbers() {
        harbour.on("/ticks", Script.ticker(Duration.ofMillis(5)));
        Client client = Client.open(harbour.uri("/ticks?from=1"));
        client.expect("text {\"tick\":1}");
        client.expect("text {\"tick\":2}");
        client.expect("text {\"tick\":3}");
    }

    @Test
    void acknowledgesSubscriptions() {
        harbour.on("/s", Script.subscription());
        Client client = Client.open(harbour.uri("/s"));
        client.send("subscribe btc");
        client.expect("text subscribed");
        assertThat(harbour.nextConnection("/s").awaitText("btc").masked()).isTrue();
    }

    @Test
    void performsStepsInOrder() {
        harbour.on("/x", Script.upgrade().sendText("hi").awaitText("sub").sendClose(1012, "restart"));
        Client client = Client.open(harbour.uri("/x"));
        client.expect("text hi");
        client.send("sub");
        client.expect("close 1012 restart");
        assertThat(harbour.nextConnection().awaitClose().closeCode()).hasValue(1012);
        harbour.awaitOpenConnections(0);
    }

    @Test
    void answersPings() {
        Client client = Client.open(harbour.uri());
        client.socket().sendPing(ByteBuffer.wrap(new byte[] {1, 2})).join();
        client.expect("pong 2");
    }

    @Test
    void doesWhatTheTestSaysLater() {
        Client client = Client.open(harbour.uri());
        Peer peer = harbour.nextConnection().awaitUpgraded();
        peer.sendText("now");
        client.expect("text now");
        harbour.perform(Script.empty().sendText("all"));
        client.expect("text all");
        peer.rst();
        client.expect("error");
        assertThat(peer.awaitEnd().how()).isEqualTo(Ending.How.OURS);
    }

    // Answers.

    @Test
    void refusesWithAnyStatusAndHeader() {
        harbour.on("/x", Script.answer(429).header("Retry-After", "3").body("slow down"));
        assertThatThrownBy(() -> Client.open(harbour.uri("/x"))).satisfies(thrown -> {
            HttpResponse<?> response = refusal(thrown);
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("3");
        });
    }

    @Test
    void takesTurnsForEachTarget() {
        harbour.on("/x", Script.inTurn(Script.answer(503), Script.answer(401), Script.echo()));
        assertThat(status("/x")).isEqualTo(503);
        assertThat(status("/x?other")).isEqualTo(503);
        assertThat(status("/x")).isEqualTo(401);
        assertThat(status("/x")).isEqualTo(101);
        assertThat(status("/x")).isEqualTo(101);
    }

    @Test
    void routesByPathThenByLongestBeginning() {
        harbour.on("/a", Script.answer(401))
                .on("/a*", Script.answer(402))
                .on("/a/b/*", Script.answer(403))
                .otherwise(Script.answer(404));
        assertThat(status("/a")).isEqualTo(401);
        assertThat(status("/a/c")).isEqualTo(402);
        assertThat(status("/a/b/c")).isEqualTo(403);
        assertThat(status("/")).isEqualTo(404);
    }

    @Test
    void choosesByRequest() {
        harbour.otherwise(Script.perRequest(
                request -> request.query().equals("token=right") ? Script.echo() : Script.answer(401)));
        assertThat(status("/?token=right")).isEqualTo(101);
        assertThat(status("/?token=wrong")).isEqualTo(401);
    }

    @Test
    void canGetTheAnswerWrong() throws IOException {
        harbour.on("/accept", Script.upgrade().replacing("Sec-WebSocket-Accept", "no"));
        harbour.on("/bare", Script.upgrade().without("Upgrade").without("Connection"));
        harbour.on("/sub", Script.upgrade().subprotocol("odd").extension("x-odd"));
        harbour.on("/line", Script.upgrade().statusLine("HTTP/1.0 101 So What"));
        harbour.on("/garbage", Script.empty().sendRaw("\u0000\u0001no http"));
        assertThat(head("/accept")).contains("Sec-WebSocket-Accept: no\r\n");
        assertThat(head("/bare"))
                .doesNotContain("Upgrade")
                .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(head("/sub")).contains("Sec-WebSocket-Protocol: odd\r\n", "Sec-WebSocket-Extensions: x-odd\r\n");
        assertThat(head("/line")).startsWith("HTTP/1.0 101 So What\r\n");
        try (RawClient client = request("/garbage")) {
            assertThat(client.readAll()).isEqualTo("\u0000\u0001no http".getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void choosesASubprotocolThatIsOffered() {
        harbour.on("/any", Script.upgrade().anySubprotocol());
        WebSocket socket = CLIENT.newWebSocketBuilder()
                .subprotocols("v2", "v1")
                .buildAsync(harbour.uri("/any"), new WebSocket.Listener() {})
                .join();
        assertThat(socket.getSubprotocol()).isEqualTo("v2");
        assertThat(harbour.nextConnection().awaitRequest().subprotocols()).containsExactly("v2", "v1");
        socket.abort();
    }

    @Test
    void sendsInterimAnswersFirst() throws IOException {
        harbour.on("/x", Script.answer(103).header("Link", "</a>").thenUpgrade().sendText("hi"));
        try (RawClient client = request("/x")) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.readFrame()).isEqualTo("81 hi");
        }
    }

    @Test
    void sendsFramesInTheSamePacketAsTheAnswer() throws IOException {
        harbour.on(
                "/x",
                Script.empty().cork().thenUpgrade().sendText("a").sendText("b").flush());
        try (RawClient client = request("/x")) {
            byte[] once = new byte[1024];
            int n = client.in.read(once);
            assertThat(new String(once, 0, n, StandardCharsets.ISO_8859_1))
                    .endsWith("\r\n\r\n\u0081\u0001a\u0081\u0001b");
        }
    }

    /** How long things take is a lower bound here: a slow machine may read two pieces at once. */
    @Test
    void splitsTheAnswerAnywhere() throws IOException {
        Duration pause = Duration.ofMillis(100);
        harbour.on("/x", Script.upgrade().splitAt(20, pause).sendText("hi"));
        long begin = System.nanoTime();
        try (RawClient client = request("/x")) {
            assertThat(client.readHead()).contains("Sec-WebSocket-Accept");
            assertThat(client.readFrame()).isEqualTo("81 hi");
            assertThat(since(begin)).isGreaterThan(pause);
        }
    }

    @Test
    void tricklesPausesAndCuts() throws IOException {
        Duration pause = Duration.ofMillis(100);
        harbour.on(
                "/trickle",
                Script.empty().trickle(1, Duration.ofMillis(1)).thenUpgrade().sendText("hi"));
        harbour.on("/pause", Script.empty().pauseAfter(5, pause).thenUpgrade().sendText("hi"));
        harbour.on(
                "/cut", Script.empty().cutAfter(5).thenUpgrade().sendText("hi").fin());
        for (String path : List.of("/trickle", "/pause")) {
            long begin = System.nanoTime();
            try (RawClient client = request(path)) {
                assertThat(client.readHead()).contains("Sec-WebSocket-Accept");
                assertThat(client.readFrame()).isEqualTo("81 hi");
                assertThat(since(begin)).isGreaterThan(pause);
            }
        }
        try (RawClient client = request("/cut")) {
            assertThat(new String(client.readAll(), StandardCharsets.ISO_8859_1))
                    .isEqualTo("HTTP/");
        }
    }

    @Test
    void sendsHeadersWithoutEnd() throws IOException {
        harbour.on(
                "/x",
                Script.empty()
                        .sendRaw("HTTP/1.1 101 X\r\n")
                        .forever(Script.empty().sendRaw("X-Pad: pad\r\n")));
        try (RawClient client = request("/x")) {
            assertThat(client.in.readNBytes(1 << 20)).hasSize(1 << 20);
        }
        harbour.awaitOpenConnections(0);
    }

    // Silence.

    @Test
    void hangsBeforeTheAnswerUntilTold() throws IOException {
        harbour.on("/x", Script.silent());
        try (RawClient client = request("/x")) {
            Peer peer = harbour.nextConnection();
            assertThat(peer.awaitRequest().header("host")).hasValue("x");
            assertThat(client.in.available()).isZero();
            peer.perform(Script.upgrade());
            assertThat(client.readHead()).startsWith("HTTP/1.1 101");
        }
    }

    @Test
    void neverReadsWhenToldSo() throws IOException {
        try (Harbour small = Harbour.builder().receiveBuffer(2048).start()) {
            small.on("/x", Script.upgrade().stopReading());
            try (RawClient client = new RawClient(small.port())) {
                client.out.write(REQUEST.formatted("/x").getBytes(StandardCharsets.ISO_8859_1));
                client.readHead();
                client.socket.setSendBufferSize(4096);
                Thread writer = new Thread(() -> {
                    try {
                        client.out.write(new byte[8 << 20]);
                    } catch (IOException endOfTest) {
                        assertThat(endOfTest).isInstanceOf(SocketException.class);
                    }
                });
                writer.start();
                Peer peer = small.nextConnection();
                long before = peer.awaitUpgraded().bytesIn();
                assertThat(before).isLessThan(100_000);
                assertThat(writer.isAlive()).isTrue();
                assertThat(peer.bytesIn()).isEqualTo(before);
            }
        }
    }

    // Frames.

    @Test
    void sendsAnyFrame() throws IOException {
        harbour.on(
                "/x",
                Script.upgrade()
                        .sendFrame(WireFrame.text("a").withRsv(7))
                        .sendFrame(WireFrame.of(11).unfinished())
                        .sendFrame(WireFrame.text("").declaring(1L << 40))
                        .sendFrame(WireFrame.text("m").asMasked())
                        .sendFrame(WireFrame.text("z").withLengthIn(8))
                        .sendFrame(WireFrame.close((byte) 3))
                        .sendPart(WireFrame.text("whole"), 4)
                        .fin());
        try (RawClient client = request("/x")) {
            client.readHead();
            assertThat(hex(client.readAll()))
                    .isEqualTo("f10161" + "0b00" + "817f0000010000000000" + "818137fa213d5a" + "817f00000000000000017a"
                            + "880103" + "81057768");
        }
    }

    @Test
    void deflatesFrames() {
        WireFrame frame = WireFrame.text("hello hello hello").deflated();
        ClientFrame back =
                new ClientFrame(true, 4, 1, java.util.OptionalInt.empty(), 0, frame.payload(), java.time.Instant.now());
        assertThat(frame.rsv()).isEqualTo(4);
        assertThat(new String(back.inflated(), StandardCharsets.UTF_8)).isEqualTo("hello hello hello");
    }

    @Test
    void floodsAsFastAsTheClientReads() throws IOException {
        harbour.on("/x", Script.upgrade().flood(WireFrame.ping((byte) 1)));
        try (RawClient client = request("/x")) {
            client.readHead();
            assertThat(client.in.readNBytes(3_000_000)).hasSize(3_000_000);
        }
    }

    @Test
    void saysWhatTheClientDidWrong() throws IOException {
        harbour.on("/x", Script.upgrade().ignoreClose().ignorePings());
        try (RawClient client = new RawClient(harbour.port())) {
            client.out.write("POST /x HTTP/1.0\r\nUpgrade: h2c\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            client.readHead();
            for (WireFrame frame : List.of(
                    WireFrame.text("unmasked"),
                    WireFrame.ping(new byte[126]).asMasked(),
                    WireFrame.text((byte) 0xff),
                    WireFrame.text("reserved").withRsv(1),
                    WireFrame.continuation("of nothing"),
                    WireFrame.of(3),
                    WireFrame.text("long").withLengthIn(8),
                    WireFrame.text("open").unfinished(),
                    WireFrame.text("other"),
                    WireFrame.close(1005, ""),
                    WireFrame.text("after"))) {
                client.out.write(frame.bytes());
            }
            Peer peer = harbour.nextConnection();
            peer.awaitFrames(11);
            assertThat(peer.violations().toString())
                    .contains("method [POST]", "HTTP/1.1", "Host", "Upgrade must be websocket", "Connection must name")
                    .contains("Sec-WebSocket-Version", "16 bytes", "must be masked", "at most 125", "reserved bits")
                    .contains("must be UTF-8", "continues nothing", "opcode that is not reserved", "fewest bytes")
                    .contains("must continue", "close code [1005]", "must not follow a close");
        }
    }

    // Endings.

    @Test
    void endsByFinOrReset() throws IOException {
        harbour.on("/fin", Script.upgrade().fin());
        harbour.on("/rst", Script.upgrade().after(Duration.ofMillis(20)).rst());
        harbour.on("/half", Script.upgrade().halfClose().awaitText("still there"));
        try (RawClient client = request("/fin")) {
            client.readHead();
            assertThat(client.in.read()).isEqualTo(-1);
        }
        try (RawClient client = request("/rst")) {
            client.readHead();
            assertThatThrownBy(client.in::read)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        try (RawClient client = request("/half")) {
            client.readHead();
            assertThat(client.in.read()).isEqualTo(-1);
            client.out.write(WireFrame.text("still there").asMasked().bytes());
            harbour.nextConnection("/half").awaitText("still there");
        }
        harbour.awaitOpenConnections(0);
    }

    @Test
    void seesHowTheClientEnded() throws IOException {
        RawClient polite = request("/");
        // A socket that closes over unread bytes resets.
        polite.readHead();
        polite.close();
        assertThat(harbour.nextConnection().awaitEnd().how()).isEqualTo(Ending.How.FIN);
        RawClient rude = request("/");
        harbour.nextConnection().awaitUpgraded();
        rude.readHead();
        rude.socket.setSoLinger(true, 0);
        rude.close();
        harbour.awaitAccepted(2).awaitOpenConnections(0);
    }

    @Test
    void tellsAResetFromAnOrderlyEnd() throws IOException {
        RawClient rude = request("/");
        Peer peer = harbour.nextConnection().awaitUpgraded();
        rude.readHead();
        rude.socket.setSoLinger(true, 0);
        rude.close();
        assertThat(peer.awaitEnd().how()).isEqualTo(Ending.How.RESET);
    }

    @Test
    void ignoresACloseFrameWhenToldSo() throws IOException {
        harbour.on("/x", Script.upgrade().ignoreClose().ignoreFin());
        try (RawClient client = request("/x")) {
            client.readHead();
            client.out.write(WireFrame.close(1000, "").asMasked().bytes());
            client.socket.shutdownOutput();
            Peer peer = harbour.nextConnection();
            peer.awaitClose();
            peer.awaitEnd();
            assertThat(peer.isOpen()).isTrue();
            peer.sendText("still here");
            assertThat(client.readFrame()).isEqualTo("81 still here");
        }
    }

    @Test
    void endsWithTheConnectionWhenAScriptFails() throws IOException {
        harbour.on("/x", Script.upgrade().sendText(n -> {
            throw new IllegalArgumentException("mine");
        }));
        try (RawClient client = request("/x")) {
            client.readHead();
            assertThat(client.in.read()).isEqualTo(-1);
        }
        harbour.awaitOpenConnections(0);
        assertThat(harbour.nextConnection().scriptFailure())
                .hasValueSatisfying(e -> assertThat(e).hasMessage("mine"));
    }

    // Disasters.

    @Test
    void killsAllStopsListeningAndComesBackOnTheSamePort() throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(Client.open(harbour.uri()));
        }
        harbour.awaitOpenConnections(20);
        harbour.stopListening();
        harbour.killAll();
        assertThat(harbour.openConnections()).isZero();
        clients.forEach(client -> client.expect("error"));
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), harbour.port()))
                .isInstanceOf(ConnectException.class);
        harbour.listenAgain();
        Client.open(harbour.uri()).send("back");
        harbour.awaitOpenConnections(1);
        assertThat(harbour.accepted()).isEqualTo(21);
        assertThat(harbour.mostOpen()).isEqualTo(20);
    }

    @Test
    void servesAThousandOnOneThread() throws IOException {
        harbour.otherwise(Script.upgrade().sendText("hi").thenEcho());
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            clients.add(request("/" + i));
        }
        for (RawClient client : clients) {
            client.readHead();
            assertThat(client.readFrame()).isEqualTo("81 hi");
            client.out.write(WireFrame.text("there").asMasked().bytes());
        }
        for (RawClient client : clients) {
            assertThat(client.readFrame()).isEqualTo("81 there");
        }
        assertThat(harbour.mostOpen()).isEqualTo(1_000);
        assertThat(harbour.connections())
                .allSatisfy(peer -> assertThat(peer.violations()).isEmpty());
        assertThat(harbour.connections().get(999).awaitRequest().target()).isEqualTo("/999");
        harbour.killAll();
        for (RawClient client : clients) {
            assertThatThrownBy(client.in::read).isInstanceOf(SocketException.class);
            client.close();
        }
    }

    @Test
    void saysWhichAddressIsTaken() {
        assertThatThrownBy(
                        () -> Harbour.builder().at("127.0.0.1", harbour.port()).start())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("Harbour address [127.0.0.1:" + harbour.port() + "] must be free");
    }

    @Test
    void closesTwiceAndLeavesNothing() throws IOException {
        RawClient client = request("/");
        client.readHead();
        harbour.close();
        harbour.close();
        assertThatThrownBy(() -> {
                    if (client.in.read() < 0) {
                        throw new EOFException();
                    }
                })
                .isInstanceOf(IOException.class);
        client.close();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), harbour.port()))
                .isInstanceOf(ConnectException.class);
        assertThatThrownBy(harbour::listenAgain).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givesUpAwaitingAndTellsWhatItSaw() {
        try (Harbour hasty = Harbour.builder().patience(Duration.ofMillis(20)).start()) {
            assertThatThrownBy(hasty::nextConnection)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("a connection")
                    .hasMessageContaining("0 accepted");
        }
    }

    // Helpers.

    static final String REQUEST = """
            GET %s HTTP/1.1\r
            Host: x\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """;

    private RawClient request(String path) throws IOException {
        RawClient client = new RawClient(harbour.port());
        client.out.write(REQUEST.formatted(path).getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    private String head(String path) throws IOException {
        try (RawClient client = request(path)) {
            return client.readHead();
        }
    }

    private int status(String path) {
        try {
            Client.open(harbour.uri(path)).socket().abort();
            return 101;
        } catch (CompletionException e) {
            return refusal(e).statusCode();
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static HttpResponse<?> refusal(Throwable thrown) {
        if (thrown.getCause() instanceof WebSocketHandshakeException refused) {
            return refused.getResponse();
        }
        throw new AssertionError("must be refused by an answer", thrown);
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    /** A bare socket. */
    private static final class RawClient implements AutoCloseable {

        final Socket socket;
        final InputStream in;
        final java.io.OutputStream out;

        RawClient(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(20_000);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException(head.toString());
                }
                head.append((char) b);
            }
            return head.toString();
        }

        /** First byte in hex, then a payload of less than 126 bytes. */
        String readFrame() throws IOException {
            DataInputStream data = new DataInputStream(in);
            int first = data.readUnsignedByte();
            byte[] payload = data.readNBytes(data.readUnsignedByte());
            return Integer.toHexString(first) + " " + new String(payload, StandardCharsets.UTF_8);
        }

        byte[] readAll() throws IOException {
            return in.readAllBytes();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** The JDK's client; what it hears is a line each. */
    private record Client(WebSocket socket, BlockingQueue<String> heard) {

        static Client open(URI uri) {
            Ear ear = new Ear();
            return new Client(CLIENT.newWebSocketBuilder().buildAsync(uri, ear).join(), ear.heard);
        }

        void send(String message) {
            socket.sendText(message, true).join();
        }

        void close(int code, String reason) {
            socket.sendClose(code, reason).join();
        }

        void expect(String line) {
            try {
                assertThat(heard.poll(20, TimeUnit.SECONDS)).startsWith(line);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final class Ear implements WebSocket.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add("text " + text);
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
            heard.add("pong " + message.remaining());
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            heard.add("close " + statusCode + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            heard.add("error " + error);
        }
    }
}
