package io.flotilla.interop;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;

/** WebSocket servers that other people wrote, each sending back what it gets. */
interface EchoServer extends AutoCloseable {

    int MOST = 4 * 1024 * 1024;
    char[] PASSWORD = "changeit".toCharArray();

    int port();

    @Override
    void close();

    /** Whose server it is. */
    enum Maker {
        JETTY,
        UNDERTOW,
        JAVA_WEBSOCKET,
        VERTX;

        EchoServer start(Optional<KeyStore> tls) throws Exception {
            return switch (this) {
                case JETTY -> jetty(tls);
                case UNDERTOW -> undertow(tls);
                case JAVA_WEBSOCKET -> javaWebSocket(tls);
                case VERTX -> vertx(tls, 0);
            };
        }
    }

    private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    // Jetty 12.

    static EchoServer jetty(Optional<KeyStore> tls) throws Exception {
        Server server = new Server();
        ServerConnector connector = tls.isEmpty() ? new ServerConnector(server) : secure(server, tls.get());
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setMaxTextMessageSize(MOST);
            container.setMaxBinaryMessageSize(MOST);
            container.setMaxFrameSize(MOST);
            container.addMapping("/*", (request, response, callback) -> new JettyEcho());
        }));
        server.start();
        return new Running(connector.getLocalPort(), server::stop);
    }

    private static ServerConnector secure(Server server, KeyStore keys) {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStore(keys);
        ssl.setKeyStorePassword(new String(PASSWORD));
        ssl.setSniRequired(false);
        HttpConfiguration http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer(false));
        return new ServerConnector(server, new SslConnectionFactory(ssl, "http/1.1"), new HttpConnectionFactory(http));
    }

    /** Jetty's endpoint. */
    final class JettyEcho extends Session.Listener.Abstract {
        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            session.demand();
        }

        @Override
        public void onWebSocketText(String message) {
            getSession()
                    .sendText(
                            message,
                            Callback.from(
                                    getSession()::demand, thrown -> getSession().disconnect()));
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            getSession()
                    .sendBinary(
                            payload,
                            Callback.from(
                                    () -> {
                                        callback.succeed();
                                        getSession().demand();
                                    },
                                    callback::fail));
        }
    }

    // Undertow.

    static EchoServer undertow(Optional<KeyStore> tls) throws GeneralSecurityException {
        Undertow.Builder builder = Undertow.builder()
                .setIoThreads(2)
                .setWorkerThreads(2)
                .setHandler(Handlers.websocket((exchange, channel) -> {
                            channel.getReceiveSetter().set(new UndertowEcho());
                            channel.resumeReceives();
                        })
                        .addExtension(new PerMessageDeflateHandshake()));
        if (tls.isPresent()) {
            builder.addHttpsListener(0, "127.0.0.1", context(tls.get()));
        } else {
            builder.addHttpListener(0, "127.0.0.1");
        }
        Undertow server = builder.build();
        server.start();
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return new Running(address.getPort(), server::stop);
    }

    /** Undertow's listener. */
    final class UndertowEcho extends AbstractReceiveListener {
        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            WebSockets.sendText(message.getData(), channel, null);
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            try (var data = message.getData()) {
                for (ByteBuffer part : data.getResource()) {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    whole.writeBytes(bytes);
                }
            }
            WebSockets.sendBinary(ByteBuffer.wrap(whole.toByteArray()), channel, null);
        }
    }

    // Java-WebSocket.

    static EchoServer javaWebSocket(Optional<KeyStore> tls) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        WebSocketServer server =
                new WebSocketServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        1,
                        List.of(new Draft_6455(new PerMessageDeflateExtension()))) {
                    @Override
                    public void onOpen(WebSocket socket, ClientHandshake handshake) {}

                    @Override
                    public void onClose(WebSocket socket, int code, String reason, boolean remote) {}

                    @Override
                    public void onMessage(WebSocket socket, String message) {
                        socket.send(message);
                    }

                    @Override
                    public void onMessage(WebSocket socket, ByteBuffer message) {
                        socket.send(message);
                    }

                    @Override
                    public void onError(WebSocket socket, Exception thrown) {}

                    @Override
                    public void onStart() {
                        started.countDown();
                    }
                };
        if (tls.isPresent()) {
            server.setWebSocketFactory(new DefaultSSLWebSocketServerFactory(context(tls.get())));
        }
        server.setReuseAddr(true);
        server.start();
        if (!started.await(30, TimeUnit.SECONDS)) {
            throw new IOException("Java-WebSocket did not start");
        }
        return new Running(server.getPort(), () -> server.stop(1000));
    }

    // Vert.x.

    /** Ends its sockets with an RST when it is closed. */
    static EchoServer vertx(Optional<KeyStore> tls, int port) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setAcceptBacklog(2048)
                .setReuseAddress(true)
                .setSoLinger(0)
                .setPerMessageWebSocketCompressionSupported(true)
                .setWebSocketAllowServerNoContext(true)
                .setMaxWebSocketFrameSize(MOST)
                .setMaxWebSocketMessageSize(MOST);
        if (tls.isPresent()) {
            ByteArrayOutputStream pfx = new ByteArrayOutputStream();
            tls.get().store(pfx, PASSWORD);
            options.setSsl(true)
                    .setKeyCertOptions(new PfxOptions()
                            .setValue(Buffer.buffer(pfx.toByteArray()))
                            .setPassword(new String(PASSWORD)));
        }
        HttpServer server = vertx.createHttpServer(options)
                .webSocketHandler(socket -> {
                    socket.textMessageHandler(socket::writeTextMessage);
                    socket.binaryMessageHandler(socket::writeBinaryMessage);
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        return new Running(
                server.actualPort(),
                () -> vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS));
    }

    /** A server that runs, and how it ends. */
    record Running(int port, End end) implements EchoServer {
        interface End {
            void run() throws Exception;
        }

        @Override
        public void close() {
            try {
                end.run();
            } catch (Exception e) {
                throw new IllegalStateException("a server did not stop", e);
            }
        }
    }
}
