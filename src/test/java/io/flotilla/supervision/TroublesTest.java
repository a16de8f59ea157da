package io.flotilla.supervision;

import static io.flotilla.failure.FailureKind.CLOSED_RESTARTING;
import static io.flotilla.failure.FailureKind.CLOSED_UNAUTHORIZED;
import static io.flotilla.failure.FailureKind.CONNECTION_REFUSED;
import static io.flotilla.failure.FailureKind.LOCAL_RESOURCES;
import static io.flotilla.failure.FailureKind.LOST;
import static io.flotilla.failure.FailureKind.NOT_FOUND;
import static io.flotilla.failure.FailureKind.THROTTLED;
import static io.flotilla.failure.FailureKind.TLS_UNTRUSTED;
import static io.flotilla.failure.FailureKind.UNAUTHORIZED;
import static io.flotilla.failure.FailureKind.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Endpoint;
import io.flotilla.supervision.FleetView.DegradedSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TroublesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String FEED = "feed.test:443";

    private final List<Standing> standings = new ArrayList<>();
    private final List<Incident> incidents = new ArrayList<>();
    private final Map<String, DegradedSink> sinks = new TreeMap<>();
    private DialStats dials = DialStats.NONE;
    private Optional<Instant> saturated = Optional.empty();

    @Test
    void findsNothingWrongWithAFleetThatIsWell() {
        ready(20, FEED);
        standings.add(standing("fresh", FEED, ConnectionState.WAITING, HeldBy.LIMIT, null));
        standings.add(new Standing(
                ConnectionId.of("down"),
                ConnectionState.STOPPED,
                Desired.DOWN,
                FEED,
                "none",
                Optional.empty(),
                Optional.empty(),
                4,
                Optional.of(Failure.of(LOST, "gone")),
                Optional.of(NOW)));

        assertThat(troubles()).isEmpty();
    }

    @Test
    void knowsARestartByItsCodeAndItsMoment() {
        for (int i = 0; i < 220; i++) {
            String host = i < 214 ? FEED : "other.test:443";
            standings.add(standing("c" + i, host, ConnectionState.WAITING, HeldBy.HINT, CLOSED_RESTARTING));
            dropped("c" + i, host, Optional.empty(), CLOSED_RESTARTING, 1012, i * 800 / 219);
        }

        Trouble worst = troubles().get(0);
        assertThat(worst.sentence())
                .isEqualTo("214 of 220 drops within 800 ms on one host [feed.test:443], all 1012: "
                        + "the server restarted; 0 of 214 are back");
        assertThat(worst.kind()).isEqualTo(CLOSED_RESTARTING);
        assertThat(worst.verdict()).isEqualTo(Verdict.TRANSIENT_HINTED);
        assertThat(worst.scope()).isEqualTo(Scope.ENDPOINT);
        assertThat(worst.subject()).isEqualTo(FEED);
        assertThat(worst.connections()).isEqualTo(214);
        assertThat(worst.sample()).hasSize(10);
        assertThat(sentences()).as("those of the burst are not told twice").hasSize(2);
        assertThat(sentences().get(1))
                .isEqualTo("6 connections to [other.test:443] are down: CLOSED_RESTARTING, close code 1012");
    }

    @Test
    void saysOfABurstWhoIsBackAndForgetsItWhenItIsOld() {
        for (int i = 0; i < 10; i++) {
            standings.add(
                    i < 7
                            ? standing("c" + i, FEED, ConnectionState.READY, null, null)
                            : standing("c" + i, FEED, ConnectionState.WAITING, HeldBy.BACKOFF, LOST));
            dropped("c" + i, FEED, Optional.empty(), LOST, null, -100_000 + i);
        }
        assertThat(sentences())
                .containsExactly("10 drops within 9 ms on one host [feed.test:443], all LOST: "
                        + "the server, or the way to it, broke off; 7 of 10 are back");

        standings.replaceAll(standing -> standing(standing.id().toString(), FEED, ConnectionState.READY, null, null));
        assertThat(sentences()).as("all are back, and it is no news").isEmpty();

        incidents.clear();
        for (int i = 0; i < 10; i++) {
            dropped("c" + i, FEED, Optional.empty(), LOST, null, -1_000 + i);
        }
        assertThat(sentences())
                .containsExactly("10 drops within 9 ms on one host [feed.test:443], all LOST: "
                        + "the server, or the way to it, broke off; all are back");
    }

    @Test
    void seesNoBurstInDropsThatAreFarApartOrFew() {
        ready(9, FEED);
        for (int i = 0; i < 4; i++) {
            dropped("c" + i, FEED, Optional.empty(), LOST, null, -20_000 + i);
        }
        for (int i = 4; i < 9; i++) {
            dropped("c" + i, FEED, Optional.empty(), LOST, null, -15_000 + 2_000 * (i - 4));
        }
        assertThat(troubles()).isEmpty();
    }

    @Test
    void knowsTheNetworkByDropsOnManyHosts() {
        for (int i = 0; i < 12; i++) {
            String host = "h" + i % 4 + ".test:443";
            standings.add(standing("c" + i, host, ConnectionState.READY, null, null));
            dropped("c" + i, host, Optional.empty(), LOST, null, -5_000 + i);
        }
        assertThat(sentences())
                .containsExactly("12 drops within 11 ms on 4 hosts, all LOST: "
                        + "the network of this machine, or a way that they share; all are back");
    }

    @Test
    void knowsACredentialThatManyShare() {
        for (int i = 0; i < 40; i++) {
            standings.add(
                    of("c" + i, "h" + i % 3 + ".test:443", "vendor", ConnectionState.GIVEN_UP, null, UNAUTHORIZED));
        }
        for (int i = 0; i < 3; i++) {
            standings.add(of("t" + i, FEED, "vendor", ConnectionState.WAITING, HeldBy.HINT, THROTTLED));
        }
        standings.add(of("own", FEED, null, ConnectionState.GIVEN_UP, null, UNAUTHORIZED));

        assertThat(sentences())
                .containsExactly(
                        "40 connections, all with credential [vendor], are given up: UNAUTHORIZED, HTTP 401",
                        "3 connections, all with credential [vendor], are down: "
                                + "THROTTLED, HTTP 429: too many dials; Retry-After is honoured",
                        "1 connection to [feed.test:443] is given up: UNAUTHORIZED, HTTP 401");
        assertThat(troubles().get(0).verdict()).isEqualTo(Verdict.PERMANENT);
        assertThat(troubles().get(0).subject()).isEqualTo("vendor");
        assertThat(shared("c7").orElseThrow()).isEqualTo(troubles().get(0));
        assertThat(shared("own")).as("nobody shares it").isEmpty();
    }

    @Test
    void knowsACredentialThatIsNotAcceptedAnyMore() {
        for (int i = 0; i < 8; i++) {
            String host = "h" + i % 3 + ".test:443";
            standings.add(of("c" + i, host, "vendor", ConnectionState.WAITING, HeldBy.CREDENTIAL, CLOSED_UNAUTHORIZED));
            dropped("c" + i, host, Optional.of("vendor"), CLOSED_UNAUTHORIZED, 3000, -3_000 + i);
        }
        assertThat(sentences())
                .containsExactly("8 drops within 7 ms, all with credential [vendor], all 3000: "
                        + "the server does not accept them any more; 0 of 8 are back");
    }

    @Test
    void knowsAHostThatRefusesWhileOthersAreWell() {
        ready(3, "a.test:443");
        ready(3, "b.test:443");
        for (int i = 0; i < 45; i++) {
            standings.add(standing("c" + i, FEED, ConnectionState.WAITING, HeldBy.BREAKER, CONNECTION_REFUSED));
        }
        assertThat(sentences())
                .containsExactly(
                        "45 connections to [feed.test:443] are down: CONNECTION_REFUSED, every address refused "
                                + "the TCP connection; the other 2 hosts are well");

        dials = new DialStats(
                0,
                45,
                0,
                List.of(new DialStats.OpenBreaker(
                        new Endpoint(true, "feed.test", 443), Optional.of(NOW.plusSeconds(5)), 45)),
                false,
                Optional.empty());
        standings.add(standing("x", "c.test:443", ConnectionState.WAITING, HeldBy.BACKOFF, TLS_UNTRUSTED));
        assertThat(sentences())
                .containsExactly(
                        "45 connections to [feed.test:443] are down: CONNECTION_REFUSED, every address refused the TCP "
                                + "connection; nobody dials it, one does for all at 2026-01-01T12:00:05.000Z",
                        "1 connection to [c.test:443] is down: TLS_UNTRUSTED, unknown authority, self-signed, revoked, or "
                                + "not the pinned one");
    }

    @Test
    void blamesTheNetworkOfThisMachineWhenManyHostsCannotBeReached() {
        for (int i = 0; i < 9; i++) {
            standings.add(
                    standing("c" + i, "h" + i % 3 + ".test:443", ConnectionState.WAITING, HeldBy.PAUSED, UNREACHABLE));
        }
        standings.add(standing("n", "h0.test:443", ConnectionState.WAITING, HeldBy.BACKOFF, NOT_FOUND));
        dials = new DialStats(0, 9, 0, List.of(), true, Optional.of(NOW.plusSeconds(2)));

        assertThat(sentences())
                .containsExactly(
                        "The network of this machine: 3 hosts cannot be reached, 9 connections are down; nobody dials, one "
                                + "does for all at 2026-01-01T12:00:02.000Z",
                        "1 connection to [h0.test:443] is down: NOT_FOUND, HTTP 404; happens for a while in a rolling deploy");
        assertThat(troubles().get(0).subject()).isEqualTo(Troubles.THIS_MACHINE);
        assertThat(shared("c3")).contains(troubles().get(0));
    }

    @Test
    void blamesHostsAndNotTheNetworkWhenMostAreWell() {
        for (int i = 0; i < 8; i++) {
            ready(1, "well" + i + ".test:443");
        }
        for (int i = 0; i < 3; i++) {
            standings.add(
                    standing("c" + i, "h" + i + ".test:443", ConnectionState.WAITING, HeldBy.BACKOFF, UNREACHABLE));
        }
        assertThat(sentences())
                .hasSize(3)
                .contains("1 connection to [h0.test:443] is down: UNREACHABLE, no route to any address");
    }

    @Test
    void saysWhatThisMachineLacks() {
        standings.add(standing("a", FEED, ConnectionState.WAITING, HeldBy.PAUSED, LOCAL_RESOURCES));
        standings.add(standing("b", "x.test:80", ConnectionState.WAITING, HeldBy.BACKOFF, LOCAL_RESOURCES));
        dials = new DialStats(0, 2, 1, List.of(), true, Optional.empty());
        assertThat(sentences())
                .containsExactly(
                        "This machine has no descriptor, buffer, port or local address left for 2 connections; "
                                + "nobody dials, one does for all now");
    }

    @Test
    void saysWhichSinkTakesNothingAndThatHandlersAreBusy() {
        standings.add(withSink("a", "file"));
        standings.add(withSink("b", "file"));
        standings.add(withSink("c", "handler"));
        sinks.put("file", new DegradedSink("no space left", NOW.minusSeconds(60)));
        saturated = Optional.of(NOW.minusSeconds(5));
        assertThat(sentences())
                .containsExactly(
                        "Sink [file] takes nothing, 2 connections wait: no space left",
                        "All 64 handler threads are busy, messages of 1 connection wait (handlers.threads)");
        assertThat(troubles().get(0).since()).isEqualTo(NOW.minusSeconds(60));
    }

    @Test
    void putsFirstWhatIsOfTheFleetThenWhatConcernsMost() {
        for (int i = 0; i < 5; i++) {
            standings.add(
                    standing("few" + i, "few.test:443", ConnectionState.WAITING, HeldBy.BACKOFF, CONNECTION_REFUSED));
        }
        for (int i = 0; i < 50; i++) {
            standings.add(
                    standing("many" + i, "many.test:443", ConnectionState.WAITING, HeldBy.BACKOFF, CONNECTION_REFUSED));
        }
        standings.add(withSink("a", "file"));
        sinks.put("file", new DegradedSink("no space left", NOW));

        assertThat(troubles().stream().map(Trouble::subject)).containsExactly("file", "many.test:443", "few.test:443");
    }

    @Test
    void isQuickWithALargeFleet() {
        for (int i = 0; i < 20_000; i++) {
            standings.add(
                    standing("c" + i, "h" + i % 100 + ".test:443", ConnectionState.WAITING, HeldBy.BACKOFF, LOST));
            if (i < 10_000) {
                dropped("c" + i, "h" + i % 100 + ".test:443", Optional.empty(), LOST, null, i / 10);
            }
        }
        assertThat(troubles()).hasSize(101);
    }

    private List<Trouble> troubles() {
        return Troubles.of(view());
    }

    private List<String> sentences() {
        return troubles().stream().map(Trouble::sentence).toList();
    }

    private Optional<Trouble> shared(String id) {
        return Troubles.sharedBy(ConnectionId.of(id), view());
    }

    private FleetView view() {
        return new FleetView(NOW, standings, incidents, dials, sinks, saturated, 64);
    }

    private void ready(int count, String host) {
        for (int i = 0; i < count; i++) {
            standings.add(standing("r" + standings.size(), host, ConnectionState.READY, null, null));
        }
    }

    private static Standing withSink(String id, String sink) {
        return new Standing(
                ConnectionId.of(id),
                ConnectionState.READY,
                Desired.UP,
                FEED,
                sink,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    private static Standing standing(
            String id, String host, ConnectionState state, @Nullable HeldBy by, @Nullable FailureKind kind) {
        return of(id, host, null, state, by, kind);
    }

    private static Standing of(
            String id,
            String host,
            @Nullable String credential,
            ConnectionState state,
            @Nullable HeldBy by,
            @Nullable FailureKind kind) {
        return new Standing(
                ConnectionId.of(id),
                state,
                Desired.UP,
                host,
                "none",
                Optional.ofNullable(credential),
                Optional.ofNullable(by),
                kind == null || kind == LOCAL_RESOURCES ? 0 : 1,
                Optional.ofNullable(kind).map(met -> Failure.of(met, "scripted")),
                Optional.ofNullable(kind).map(met -> NOW));
    }

    private void dropped(
            String id,
            String host,
            Optional<String> credential,
            FailureKind kind,
            @Nullable Integer code,
            int afterMillis) {
        incidents.add(new Incident(
                NOW.plusMillis(afterMillis),
                ConnectionId.of(id),
                host,
                credential,
                kind,
                kind.treatment().ruling().verdict(),
                true,
                code));
    }
}
