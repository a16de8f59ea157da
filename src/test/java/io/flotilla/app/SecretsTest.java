package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.flotilla.Fleet;
import io.flotilla.Ports;
import io.flotilla.Waiting;
import io.flotilla.connection.ConnectionState;
import io.flotilla.credential.CredentialProvider;
import io.flotilla.credential.DialContent;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.spec.WebSocketUri;
import io.flotilla.telemetry.EventLog;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.UpgradeRequest;
import io.flotilla.transport.Frame;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Plants secrets wherever one may be, has peers and user code say them back, and looks for them in everything that is said. */
class SecretsTest {

    private static final String CREDENTIAL = "cr3dential/with+odd chars";
    private static final String QUERY = "qu3ry-token-5e5ame";
    private static final String USER = "us3r-5e5ame";
    private static final String PASSWORD = "pa55word-5e5ame";
    private static final String HEADER = "h3ader-key-5e5ame";
    private static final String ON_OPEN = "on0pen-5e5ame";
    private static final String PROXY = "pr0xy-5e5ame";

    private static final String ENCODED =
            URLEncoder.encode(CREDENTIAL, StandardCharsets.UTF_8).replace("+", "%20");
    private static final String BASE64 =
            Base64.getEncoder().encodeToString(CREDENTIAL.getBytes(StandardCharsets.UTF_8));

    /** What peers do; each has the credential in its path, too. */
    private static final List<String> PATHS =
            List.of("refused", "moved", "moved-for-good", "odd", "closing", "garbage", "not-ready", "gone");

    private static final String PEKKO = "-by-pekko";

    private static final List<String> SECRETS =
            List.of(CREDENTIAL, QUERY, PASSWORD, USER, HEADER, ON_OPEN, PROXY, "cr3dential");

    @RegisterExtension
    final Screen screen = new Screen();

    @TempDir
    Path folder;

    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Harbour harbour = Harbour.start();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();
    private final AppenderBase<ILoggingEvent> listening = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage() + " " + event.getKeyValuePairs() + " " + event.getMDCPropertyMap());
            if (event.getThrowableProxy() != null) {
                said.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    @BeforeEach
    void listen() {
        listening.start();
        root.addAppender(listening);
        root.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stopListening() {
        root.setLevel(level);
        root.detachAppender(listening);
        harbour.close();
    }

    @Test
    void nothingThatAFleetSaysHasASecretInIt() {
        on("/refused", Script.perRequest(request -> echoing(request, 401)));
        on("/moved", Script.perRequest(request -> echoing(request, 302)));
        on("/moved-for-good", Script.answer(301).header("Location", "/closing/" + ENCODED + "?t=" + QUERY));
        on("/odd", Script.perRequest(request -> echoing(request, 418)));
        on(
                "/closing",
                Script.perRequest(request -> Script.upgrade()
                        .sendText("you are " + request.header("X-Key").orElse(""))
                        .sendClose(1008, CREDENTIAL + " " + HEADER + " " + QUERY + " " + BASE64)));
        on("/garbage", Script.upgrade().sendRaw("\u00ff" + CREDENTIAL));
        on(
                "/not-ready",
                Script.upgrade().sendText("{\"error\":\"" + CREDENTIAL + "\"}").hang());
        EventLog log = new EventLog(Clock.systemUTC());
        Fleet fleet = Fleet.builder()
                .credential("vendor", () -> CompletableFuture.completedStage(Secret.of(CREDENTIAL)))
                .credential("signing", new Signing())
                .credential("failing", () -> {
                    throw new IllegalStateException("vault says " + CREDENTIAL);
                })
                .uriProvider(
                        "gateway",
                        (id, configured, last) -> CompletableFuture.completedStage(
                                WebSocketUri.of(uri("/refused").replace("{credential}", ENCODED))))
                .sink("failing", message -> {
                    throw new IllegalStateException("cannot store for " + CREDENTIAL);
                })
                .onMessage(message -> {
                    throw new IllegalArgumentException(
                            "cannot read: " + new String(message.bytes(), StandardCharsets.UTF_8));
                })
                .onEvent(event -> said.add(event.toString()))
                .onEvent(log)
                .start();
        try {
            for (String path : PATHS) {
                put(fleet, path, spec -> spec);
                put(fleet, path + PEKKO, spec -> spec.transport("pekko-http"));
            }
            put(fleet, "provided", spec -> spec.uriFrom("gateway"));
            put(fleet, "closing-to-sink", spec -> spec.sink("failing"));
            put(fleet, "without", spec -> spec.credential("failing"));
            put(fleet, "signed", spec -> spec.credential("signing"));
            put(
                    fleet,
                    "proxied",
                    spec -> spec.proxy(Proxy.of("http://" + USER + ":" + PROXY + "@127.0.0.1:" + Ports.free())));
            Waiting.until(
                    "all have failed",
                    () -> fleet.statuses().size() == 2 * PATHS.size() + 5
                            && fleet.statuses().stream()
                                    .allMatch(status -> status.lastFailure().isPresent()
                                            || status.state() == ConnectionState.READY));
            fleet.statuses().forEach(status -> {
                said.add(status.toString());
                said.add(fleet.history(status.id()).toString());
                fleet.send(status.id(), "plain words").thenAccept(outcome -> said.add(outcome.toString()));
            });
            fleet.put(spec("other-sink").with(spec -> spec.sink("nowhere")))
                    .whenComplete((outcome, thrown) -> said.add(String.valueOf(thrown)));
            said.add(spec("printed").toString());
            said.add(Frame.text(ON_OPEN).toString());
            ConnectionSpec printed = spec("printed");
            said.add(new DialContent(
                            printed.id(),
                            printed.uri(),
                            printed.headers(),
                            printed.opening().onOpen())
                    .toString());
        } finally {
            log.close();
            fleet.close(Duration.ofSeconds(5))
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }
        assertThat(said).hasSizeGreaterThan(50);
        nothingIsSaid();
    }

    @Test
    void nothingThatACommandPrintsHasASecretInIt() throws IOException {
        on("/refused", Script.perRequest(request -> echoing(request, 401)));
        on(
                "/closing",
                Script.upgrade()
                        .sendText("you are " + HEADER + " and " + CREDENTIAL)
                        .sendClose(1008, CREDENTIAL + " " + QUERY));
        Files.writeString(folder.resolve("token"), CREDENTIAL);
        Path conf = Files.writeString(folder.resolve("secrets.conf"), """
                flotilla {
                  credentials { vendor { from = file, path = "%s" }, command { from = command, command = ["false", "%s"] } }
                  defaults { credential = vendor, headers { X-Key = "%s" }, on-open = ["{\\"login\\":\\"%s\\"}"] }
                  connections {
                    refused { uri = "%s", headers { Authorization = "Bearer {credential}" } }
                    closing { uri = "%s" }
                    wrong { uri = "%s", credential = command, proxy = "http://%s:%s@127.0.0.1:%d" }
                    refused-by-pekko { uri = ${flotilla.connections.refused.uri}, transport = pekko-http }
                    closing-by-pekko { uri = ${flotilla.connections.closing.uri}, transport = pekko-http }
                  }
                }
                """.formatted(
                        folder.resolve("token"),
                        PASSWORD,
                        HEADER,
                        ON_OPEN,
                        uri("/refused"),
                        uri("/closing"),
                        uri("/wrong"),
                        USER,
                        PROXY,
                        Ports.free()));
        Path broken = Files.writeString(
                folder.resolve("broken.conf"),
                Files.readString(conf).replace("ws://", "http://").replace("on-open = [", "on-open = [5, ["));
        print("check", conf.toString());
        print("check", broken.toString());
        print("failures", conf.toString());
        for (String id : List.of("refused", "closing", "wrong", "refused-by-pekko", "closing-by-pekko")) {
            print("probe", "--conf=" + conf, "--id=" + id, "--wait=20s");
            print("probe", "--conf=" + conf, "--id=" + id, "--json");
        }
        print("probe", uri("/plain").replace("{credential}", "x"), "--header=X-Key: " + HEADER);
        assertThat(String.join("\n", said)).contains("UNAUTHORIZED", "1008", "CREDENTIAL_UNAVAILABLE", "X-Key: ***");
        nothingIsSaid();
    }

    private void print(String... arguments) {
        screen.execute(arguments);
        said.add(screen.said());
    }

    private void nothingIsSaid() {
        List<String> forms = new ArrayList<>();
        for (String secret : SECRETS) {
            forms.add(secret);
            forms.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            forms.add(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"));
            forms.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
        }
        forms.add(Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
        forms.add(Base64.getEncoder().encodeToString((USER + ":" + PROXY).getBytes(StandardCharsets.UTF_8)));
        for (String line : said) {
            for (String form : forms) {
                assertThat(line).doesNotContain(form);
            }
        }
    }

    /** An answer that says back all that it was told. */
    private static Script echoing(UpgradeRequest request, int status) {
        return Script.answer(status)
                .header("Location", "ftp://" + USER + ":" + PASSWORD + "@host/" + ENCODED + "?t=" + QUERY)
                .header("WWW-Authenticate", "Bearer realm=\"" + CREDENTIAL + "\"")
                .header("Server", request.header("X-Key").orElse("") + " " + CREDENTIAL + " " + BASE64)
                .header("Retry-After", CREDENTIAL)
                .header("Set-Cookie", "session=" + CREDENTIAL)
                .header("X-Echo", request.target());
    }

    private static final class Signing implements CredentialProvider {
        @Override
        public CompletionStage<Secret> current() {
            return CompletableFuture.completedStage(Secret.of(CREDENTIAL));
        }

        @Override
        public CompletionStage<DialContent> sign(DialContent content, Secret credential) {
            return CompletableFuture.completedStage(content.withHeader("X-Signature", HEADER + credential.reveal())
                    .withOnOpen(List.of(ON_OPEN)));
        }
    }

    private void put(Fleet fleet, String id, UnaryOperator<ConnectionSpec.Builder> change) {
        fleet.put(spec(id).with(change));
    }

    private ConnectionSpec spec(String id) {
        String path = List.of("closing-to-sink", "signed").contains(id) ? "closing" : id.replace(PEKKO, "");
        return ConnectionSpec.of(id, uri("/" + path))
                .with(spec -> spec.credential("vendor")
                        .header("X-Key", HEADER)
                        .header("Authorization", "Bearer {credential}")
                        .timeouts(new Settings.Timeouts(
                                Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(300)))
                        .opening(new io.flotilla.spec.Opening(
                                List.of(Secret.of("{\"login\":\"" + ON_OPEN + "\",\"key\":\"{credential}\"}")),
                                id.startsWith("not-ready")
                                        ? java.util.Optional.of(
                                                new io.flotilla.spec.MessagePattern.TextContains("welcome"))
                                        : java.util.Optional.empty(),
                                List.of())));
    }

    private void on(String path, Script script) {
        harbour.on(path + "/" + ENCODED, script);
    }

    /** The credential stands in its path and its query. */
    private String uri(String path) {
        return harbour.uri(path).toString().replace("ws://", "ws://" + USER + ":" + PASSWORD + "@")
                + "/{credential}?token=" + QUERY + "&key={credential}";
    }
}
