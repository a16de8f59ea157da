package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.flotilla.failure.Dialect;
import io.flotilla.failure.Matcher;
import io.flotilla.failure.Ruling;
import io.flotilla.spec.Configuration.Sourced;
import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.TlsVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {

    private static final String PIN = "sha256/" + "A".repeat(43) + "=";

    static Stream<Arguments> values() {
        return Stream.of(
                value("desired = down", ConnectionSpec::desired, Desired.DOWN),
                value("retry.cap = 30s", spec -> spec.retry().cap(), Duration.ofSeconds(30)),
                value("retry { cap = 30s }", spec -> spec.retry().base(), Duration.ofSeconds(1)),
                value("retry.base = 500ms", spec -> spec.retry().base(), Duration.ofMillis(500)),
                value("retry.max-attempts = 7", spec -> spec.retry().maxAttempts(), OptionalInt.of(7)),
                value("retry.max-attempts = unlimited", spec -> spec.retry().maxAttempts(), OptionalInt.empty()),
                value("retry.factor = 1.5", spec -> spec.retry().factor(), 1.5),
                value(
                        "retry.slow-lane.after = 3",
                        spec -> spec.retry().slowLane().after(),
                        3),
                value("liveness.ping = off", spec -> spec.liveness().ping(), Optional.empty()),
                value("liveness.ping = 5s", spec -> spec.liveness().ping(), Optional.of(Duration.ofSeconds(5))),
                value("send.outbox = 2MiB", spec -> spec.send().outbox(), 2L << 20),
                value("send.outbox = 1000", spec -> spec.send().outbox(), 1000L),
                value("receive.max-message = 2147483631", spec -> spec.receive().maxMessage(), 2147483631L),
                value("timeouts.dial = 1m", spec -> spec.timeouts().dial(), Duration.ofMinutes(1)),
                value("tls.trust = \"ca.pem\"", spec -> spec.tls().trust(), Optional.of(Path.of("ca.pem"))),
                value("tls.trust = system", spec -> spec.tls().trust(), Optional.empty()),
                value(
                        "tls.trust { file = \"ca.p12\", password = hush }",
                        spec -> spec.tls(),
                        Settings.Tls.DEFAULT.withTrust(Path.of("ca.p12"), Secret.of("hush"))),
                value("tls.key = none", spec -> spec.tls().key(), Optional.empty()),
                value(
                        "tls.key { cert = \"a.pem\", key = \"a.key\" }",
                        spec -> spec.tls(),
                        Settings.Tls.DEFAULT.withKey(ClientKey.pem(Path.of("a.pem"), Path.of("a.key")))),
                value(
                        "tls.key { cert = \"both.pem\", password = hush }",
                        spec -> spec.tls(),
                        Settings.Tls.DEFAULT.withKey(
                                ClientKey.pem(Path.of("both.pem"), Path.of("both.pem"), Secret.of("hush")))),
                value(
                        "tls.key { pkcs12 = \"a.p12\", password = hush }",
                        spec -> spec.tls(),
                        Settings.Tls.DEFAULT.withKey(ClientKey.pkcs12(Path.of("a.p12"), Secret.of("hush")))),
                value("tls.pins = [\"" + PIN + "\"]", spec -> spec.tls(), Settings.Tls.DEFAULT.withPins(PIN)),
                value("tls.versions = [1.3]", spec -> spec.tls().versions(), Set.of(TlsVersion.V1_3)),
                value("tls.verify-host = off", spec -> spec.tls().verifyHost(), false),
                value("local-address = any", ConnectionSpec::localAddress, Optional.empty()),
                value("local-address = \"127.0.0.2\"", spec -> host(spec), "127.0.0.2"),
                value("local-address = \"::1\"", spec -> host(spec), "0:0:0:0:0:0:0:1"),
                value("normal-close = done", ConnectionSpec::normalCloseIsDone, true),
                value("priority = -5", ConnectionSpec::priority, -5),
                value("history = 0", ConnectionSpec::history, 0),
                value("sink = log", ConnectionSpec::sink, "log"),
                value("on-handler-error = stop", ConnectionSpec::onHandlerError, Settings.OnHandlerError.STOP),
                value(
                        "labels { v = 1.10, n = 007, b = true }",
                        spec -> spec.labels().toString(),
                        "b=true,n=007,v=1.10"),
                value("headers { X-Version = 1.10 }", ConnectionSpec::headers, List.of(Header.of("X-Version", "1.10"))),
                value(
                        "subprotocols { offer = [a, b], required = yes }",
                        ConnectionSpec::subprotocols,
                        new Settings.Subprotocols(List.of("a", "b"), true)),
                value("classify.dialect = pusher", spec -> spec.classify().dialect(), Dialect.PUSHER),
                value(
                        "classify.overrides { \"close:4401\" = repair-credential }",
                        spec -> rule(spec, "close:4401"),
                        Optional.of(Ruling.REPAIR_CREDENTIAL)),
                value("on-open = [a, \"{}\"]", spec -> revealed(spec.opening().onOpen()), List.of("a", "{}")),
                value("ready-when = open", spec -> spec.opening().readyWhen(), Optional.empty()),
                value("ready-when = first-message", spec -> ready(spec), MessagePattern.Any.INSTANCE),
                value("ready-when { text-contains = ok }", spec -> ready(spec), new MessagePattern.TextContains("ok")),
                value(
                        "ready-when { text-matches = \"^o\" }",
                        spec -> ready(spec),
                        new MessagePattern.TextMatches("^o")),
                value(
                        "ready-when { json { \"/type\" = ack, \"/n\" = 1 } }",
                        spec -> ready(spec),
                        MessagePattern.Json.of(Map.of("/type", "ack", "/n", "1"))),
                value(
                        "fail-when = [{ text-contains = no, verdict = permanent }, { json { \"/error\" = 1 } }]",
                        spec -> spec.opening().failWhen(),
                        List.of(
                                new Opening.FailWhen(
                                        new MessagePattern.TextContains("no"), Optional.of(Ruling.PERMANENT)),
                                new Opening.FailWhen(
                                        MessagePattern.Json.of(Map.of("/error", "1")), Optional.empty()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void reads(String keys, Function<ConnectionSpec, Object> value, Object expected) {
        assertThat(value.apply(Conf.connection(keys))).isEqualTo(expected);
    }

    @Test
    void aConnectionFallsBackToItsTemplateAndThatToTheDefaults() {
        Configuration read = Conf.read("""
                defaults { retry { base = 2s, cap = 50s }, timeouts.dial = 3s, labels { fleet = main, team = a } }
                templates { quotes { uri = "wss://quotes/", retry.cap = 30s, labels { team = b }, headers { X-A = 1, X-B = 2 } } }
                connections {
                  a { template = quotes, retry.factor = 3, labels { desk = spot }, headers { x-a = 3, X-B = null } }
                  b { template = quotes, uri = "wss://other/", labels { team = null } }
                  c { uri = "wss://plain/" }
                }
                """);
        ConnectionSpec a = spec(read, "a");
        assertThat(a.uri().text()).isEqualTo("wss://quotes/");
        assertThat(a.retry().base()).isEqualTo(Duration.ofSeconds(2));
        assertThat(a.retry().cap()).isEqualTo(Duration.ofSeconds(30));
        assertThat(a.retry().factor()).isEqualTo(3);
        assertThat(a.timeouts().dial()).isEqualTo(Duration.ofSeconds(3));
        assertThat(a.labels()).hasToString("desk=spot,fleet=main,team=b");
        assertThat(a.headers()).containsExactly(Header.of("x-a", "3"));
        assertThat(spec(read, "b").uri().text()).isEqualTo("wss://other/");
        assertThat(spec(read, "b").labels()).hasToString("fleet=main");
        assertThat(spec(read, "c").retry().cap()).isEqualTo(Duration.ofSeconds(50));
    }

    @Test
    void overridesOfAConnectionGoOverThoseOfItsTemplate() {
        Configuration read = Conf.read("""
                templates { t { uri = "wss://t/", classify { dialect = discord, overrides { "http:404" = permanent, "http:5xx" = suspect } } } }
                connections { a { template = t, classify.overrides { "http:404" = transient, "http:5xx" = null } } }
                """);
        ConnectionSpec a = spec(read, "a");
        assertThat(a.classify().dialect()).isEqualTo(Dialect.DISCORD);
        assertThat(rule(a, "http:404")).contains(Ruling.TRANSIENT);
        assertThat(rule(a, "http:5xx")).isEmpty();
    }

    @Test
    void equalSettingsAreTheSameObjects() {
        Configuration read = Conf.read("""
                connections {
                  a { uri = "wss://host/a", retry.cap = 30s, labels { desk = spot }, headers { X-A = 1 } }
                  b { uri = "wss://host/b", retry.cap = 30s, labels { desk = spot }, headers { X-A = 1 } }
                }
                """);
        ConnectionSpec a = spec(read, "a");
        ConnectionSpec b = spec(read, "b");
        assertThat(a.retry()).isSameAs(b.retry());
        assertThat(a.labels()).isSameAs(b.labels());
        assertThat(a.headers()).isSameAs(b.headers());
        assertThat(a.endpoint()).isSameAs(b.endpoint());
        assertThat(a.timeouts()).isSameAs(b.timeouts());
        assertThat(a.opening()).isSameAs(b.opening());
    }

    @Test
    void connectionsComeInTheOrderOfTheirLinesEachWithItsPlace() {
        Configuration read = Conf.read("""
                connections {
                  zebra { uri = "wss://host/" }
                  "a.b" { uri = "wss://host/" }
                  "BTC-USDT" { uri = "wss://host/" }
                }
                """);
        assertThat(read.check().connections())
                .extracting(
                        sourced -> sourced.spec().id() + " " + sourced.source().where())
                .containsExactly("zebra flotilla.conf: 3", "a.b flotilla.conf: 4", "BTC-USDT flotilla.conf: 5");
    }

    @Test
    void readsTheFleet() {
        FleetSettings settings = Conf.read("""
                        limits { dials-per-second = off, dials-in-flight = unlimited, receive-memory = 64MiB,
                                 per-host { dials-per-second = 2.5, connections = 10 },
                                 per-credential.dials-per-second = 5,
                                 breaker { failures = off, first = 1s, cap = 1s }, pause { first = 2s, cap = 4s } }
                        handlers.threads = 8, drain.deadline = 5s
                        network { event-loops = 3, native = off, open-ssl = off, name-servers = ["127.0.0.1:5353", "[::1]", "9.9.9.9"] }
                        """).check().settings();
        assertThat(settings)
                .isEqualTo(new FleetSettings(
                        new FleetSettings.Limits(
                                OptionalDouble.empty(),
                                OptionalInt.empty(),
                                64L << 20,
                                OptionalDouble.of(2.5),
                                OptionalInt.of(10),
                                OptionalDouble.of(5),
                                new FleetSettings.Breaker(
                                        OptionalInt.empty(), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                                new FleetSettings.Pause(Duration.ofSeconds(2), Duration.ofSeconds(4))),
                        8,
                        Duration.ofSeconds(5),
                        new FleetSettings.Network(
                                3, false, false, List.of("127.0.0.1:5353", "[::1]:53", "9.9.9.9:53"))));
    }

    @ParameterizedTest(name = "{0} of the heap")
    @CsvSource({"50%, 0.5", "12.5 %, 0.125", "90%, 0.9"})
    void receiveMemoryMayBeAShareOfTheHeap(String share, double expected) {
        long memory = Conf.read("limits.receive-memory = \"" + share + "\"")
                .check()
                .settings()
                .limits()
                .receiveMemory();
        assertThat((double) memory / Runtime.getRuntime().maxMemory()).isCloseTo(expected, offset(0.001));
    }

    @Test
    void readsCredentialsSinksAndTheHarbour() {
        Configuration read = Conf.read("""
                        credentials { vendor { from = env, name = VENDOR_TOKEN } }
                        sinks { quotes { type = file, path = "x" }
                          more { type = special, depth = 3 }
                          gone = null }
                        harbour { enabled = on, bind = "[::1]:9999" }
                        connections { a { uri = "wss://host/?t={credential}", credential = vendor, sink = more } }
                        """);
        read.sinks().forEach(sink -> sink.block().ignore());
        assertThat(read.credentials())
                .containsExactly(new CredentialSettings("vendor", new CredentialSettings.Env("VENDOR_TOKEN")));
        assertThat(read.sinks()).extracting(Configuration.SinkBlock::type).containsExactly("file", "special");
        assertThat(read.harbour()).contains(new Configuration.HarbourSettings("[::1]", 9999));
        assertThat(spec(read, "a").credential()).contains("vendor");
    }

    @Test
    void whatTheReaderOfASinkDoesNotAskForIsAProblem() {
        Configuration read = Conf.read("sinks { \"my.log\" { type = log, truncat = 3, per-second = x } }");
        Configuration.SinkBlock sink = read.sinks().get(0);
        assertThat(sink.block().name()).isEqualTo("my.log");
        sink.block().number("truncate", 200, 1, 1000);
        sink.block().number("per-second", 10, 1, 1000);
        assertThat(Conf.problems(read))
                .containsExactly(
                        "flotilla.conf: 2: [flotilla.sinks.\"my.log\".per-second] = [x]: expected a whole number from 1 to 1000",
                        "flotilla.conf: 2: [flotilla.sinks.\"my.log\".truncat] is not a key; did you mean [truncate]?");
    }

    @Test
    void anUnknownKeyIsToldWhereItBelongsOrWhatThereIs() {
        assertThat(Conf.problems("""
                        dials-per-second = 5
                        connections { a { uri = "wss://host/", max-attempts = 3, reconnect = on } }
                        drain { timeout = 3s }
                        templates { t { verify-host = off } }
                        """))
                .hasSize(5)
                .contains(
                        "flotilla.conf: 2: [flotilla.dials-per-second] is not a key; did you mean [limits.dials-per-second]?",
                        "flotilla.conf: 3: [flotilla.connections.a.max-attempts] is not a key; did you mean [retry.max-attempts]?",
                        "flotilla.conf: 4: [flotilla.drain.timeout] is not a key; expected one of [deadline]",
                        "flotilla.conf: 5: [flotilla.templates.t.verify-host] is not a key; did you mean [tls.verify-host]?")
                .anyMatch(
                        problem -> problem.startsWith(
                                "flotilla.conf: 3: [flotilla.connections.a.reconnect] is not a key; expected one of [classify, compression,"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "admin { bind = \"127.0.0.1:80\" }",
                "admin { bind = \"[::1]:80\", token = \"\" }",
                "admin { bind = \"localhost:0\" }",
                "admin { bind = \"somewhere.example:80\" }", // looked up at the start
                "admin { bind = \"0.0.0.0:80\", token = hush }",
                "admin { bind = \"0.0.0.0:80\", enabled = off }"
            })
    void theApiListensOnLoopbackOrAsksForAToken(String text) {
        assertThat(Conf.problems(text)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0.0.0.0:80", "[::]:80", "192.0.2.1:80", "[2001:db8::1]:80"})
    void theApiIsNotServedToOthersWithoutAToken(String bind) {
        for (String token : List.of("", "token = \"\"", "token = \"  \"")) {
            assertThat(Conf.problems("admin { bind = \"" + bind + "\"\n" + token + " }"))
                    .containsExactly(
                            "flotilla.conf: 2: [flotilla.admin.bind]: any address but loopback demands a token (admin.token)");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "defaults { headers { A = b }, uri = \"wss://host/\" }, connections { a {} }",
                "connections { log-sink { uri = \"wss://host/\", sink = log } }",
                "connections { a = null }",
                "connections { \"127.0.0.1:8080\" { uri = \"ws://[::1]:8080/x\" } }",
                "sinks { log { type = file, path = x } }"
            })
    void isWell(String text) {
        Configuration read = Conf.read(text);
        read.sinks().forEach(sink -> sink.block().ignore());
        assertThat(Conf.problems(read)).isEmpty();
    }

    @Test
    void moreConnectionsThanTheLimitAreSaidOnce() {
        assertThat(Conf.problems("""
                        connections-limit = 2
                        defaults.uri = "wss://host/"
                        connections {
                          a {}
                          b {}
                          c {}
                          d {}
                        }
                        """))
                .containsExactly("flotilla.conf: 7: there are more connections than connections-limit = 2");
    }

    @Test
    void anIdInTwoFilesIsAnErrorThatNamesBoth() {
        Configuration read = Conf.read("connections { a { uri = \"wss://host/\" } }");
        read.connections(Conf.parse("more.conf", "\nA { uri = \"wss://host/\" }\na { uri = \"wss://host/\" }"));
        assertThat(Conf.problems(read))
                .containsExactly("more.conf: 3: Connection [a] is there twice; the other one is at flotilla.conf: 2");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "flotilla { connections { a { uri = \"wss://host/\" } } }",
                "connections { a { uri = \"wss://host/\" } }"
            })
    void aFileOfConnectionsHasIdsAtTheTop(String text) {
        Configuration read = Conf.read("");
        read.connections(Conf.parse("more.conf", text));
        String top = text.substring(0, text.indexOf(' '));
        assertThat(Conf.problems(read))
                .containsExactly("more.conf: 1: [connections." + top
                        + "]: a file of connections has ids at the top, without [" + top + "] around them");
    }

    @Test
    void aConnectionMayHaveTheNameOfABlock() {
        Configuration read = Conf.read("");
        read.connections(Conf.parse("more.conf", "flotilla { uri = \"wss://host/\", retry.cap = 5s }"));
        assertThat(spec(read, "flotilla").retry().cap()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void everyWrongLabelIsSaid() {
        assertThat(Conf.problems("connections.a { uri = \"wss://h/\", labels { Desk = x, team = \"\", ok = 1 } }"))
                .satisfiesExactly(
                        said -> assertThat(said).contains("Label key [Desk] must match"),
                        said -> assertThat(said).contains("Label [team] has a value that is not 1 to 128"));
    }

    @Test
    void substitutionsWorkEverywhere() {
        Configuration read = Conf.read("""
                defaults.priority = 5
                connections {
                  a { uri = "wss://host/", priority = 7, priority = ${?NO_SUCH_VARIABLE} }
                  b { uri = "wss://host/", priority = ${flotilla.connections.a.priority} }
                }
                """);
        assertThat(spec(read, "a").priority()).isEqualTo(7);
        assertThat(spec(read, "b").priority()).isEqualTo(7);
    }

    private static Arguments value(String keys, Function<ConnectionSpec, Object> value, Object expected) {
        return Arguments.of(keys, value, expected);
    }

    private static ConnectionSpec spec(Configuration read, String id) {
        return read.check().connections().stream()
                .map(Sourced::spec)
                .filter(spec -> spec.id().value().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static String host(ConnectionSpec spec) {
        return spec.localAddress().orElseThrow().getHostAddress();
    }

    private static List<String> revealed(List<Secret> secrets) {
        return secrets.stream().map(Secret::reveal).toList();
    }

    private static MessagePattern ready(ConnectionSpec spec) {
        return spec.opening().readyWhen().orElseThrow();
    }

    private static Optional<Ruling> rule(ConnectionSpec spec, String key) {
        return spec.classify().overrides().rules().stream()
                .filter(rule -> rule.matcher().equals(Matcher.parse(key).orElseThrow()))
                .map(rule -> rule.ruling())
                .findFirst();
    }
}
