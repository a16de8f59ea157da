package io.flotilla.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.Fleet;
import io.flotilla.Waiting;
import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.FleetSettings.Metrics;
import io.flotilla.spec.FleetSettings.Sight;
import io.flotilla.spec.Labels;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.FakeTransport;
import io.flotilla.testkit.FakeTransport.FakeLink;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetMetricsTest {

    private static final Pattern METRIC = Pattern.compile("\\b(flotilla|jvm|process|system)_[a-z_]+");

    private static final List<String> NAMES = List.of(
            "flotilla_connections{state=\"READY\"}",
            "flotilla_dials_total{outcome=\"opened\"}",
            "flotilla_failures_total{kind=\"LOST\",phase=\"OPEN\",verdict=\"TRANSIENT\"}",
            "flotilla_dial_seconds_bucket{le=\"0.005\"}",
            "flotilla_dial_seconds_count",
            "flotilla_ready_seconds_bucket{le=\"3600.0\"}",
            "flotilla_session_seconds_bucket{le=\"604800.0\"}",
            "flotilla_recovery_seconds_bucket{le=\"0.1\"}",
            "flotilla_messages_total{direction=\"in\"}",
            "flotilla_messages_total{direction=\"out\"}",
            "flotilla_bytes_total{direction=\"in\"}",
            "flotilla_sends_total{outcome=\"written\"}",
            "flotilla_sends_total{outcome=\"refused\"}",
            "flotilla_sends_total{outcome=\"unsent\"}",
            "flotilla_sends_total{outcome=\"expired\"}",
            "flotilla_handler_errors_total",
            "flotilla_handlers_busy",
            "flotilla_rtt_seconds_bucket{le=\"5.0E-4\"}",
            "flotilla_dials_waiting",
            "flotilla_breakers_open",
            "flotilla_events_dropped_total");

    private final FakeTransport transport = new FakeTransport();
    private final List<Fleet> fleets = new ArrayList<>();
    private final List<FleetMetrics> bounds = new ArrayList<>();

    @AfterEach
    void end() {
        bounds.forEach(FleetMetrics::close);
        fleets.forEach(fleet ->
                fleet.close(Duration.ofSeconds(5)).toCompletableFuture().join());
    }

    @Test
    void showsEveryNameOfTheContractInThePrometheusText() {
        Fleet fleet = start(Metrics.DEFAULT);
        try (PrometheusText text = new PrometheusText(fleet)) {
            FakeLink link = dialled(fleet, "quotes", Labels.NONE);
            link.dial().traffic().roundTrip(2_000_000);
            link.receive("hello");
            fleet.send(ConnectionId.of("quotes"), "hi").toCompletableFuture().join();
            link.end(FailureKind.LOST);
            transport.nextDial().open();
            awaitReady(fleet, "quotes");

            assertThat(text.scrape().lines().map(line -> line.replaceAll(" [^ ]*$", "")))
                    .containsAll(NAMES)
                    .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"))
                    .anyMatch(line -> line.startsWith("process_cpu_usage"))
                    .anyMatch(line -> line.startsWith("process_files_open_files"));
        }
    }

    @Test
    void theDashboardShowsNoMetricThatIsNotThereAndEveryOneOfOurs() throws IOException {
        Fleet fleet = start(Metrics.DEFAULT);
        try (PrometheusText text = new PrometheusText(fleet)) {
            dialled(fleet, "quotes", Labels.NONE).end(FailureKind.LOST);
            transport.nextDial().open();
            awaitReady(fleet, "quotes");

            Set<String> there = text.scrape()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());
            Set<String> shown = new TreeSet<>();
            new ObjectMapper()
                    .readTree(Path.of("conf/grafana/flotilla.json").toFile())
                    .findValuesAsText("expr")
                    .forEach(query -> METRIC.matcher(query).results().forEach(found -> shown.add(found.group())));

            assertThat(there).containsAll(shown);
            assertThat(shown.stream().map(FleetMetricsTest::family))
                    .containsAll(NAMES.stream().map(FleetMetricsTest::family).toList());
        }
    }

    private static String family(String name) {
        return name.split("\\{", 2)[0].replaceAll("_(bucket|count)$", "");
    }

    @Test
    void measuresALife() {
        Fleet fleet = start(Metrics.DEFAULT);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        FleetMetrics bound = bind(fleet, registry);
        FakeLink link = dialled(fleet, "quotes", Labels.NONE);
        link.end(FailureKind.LOST);
        transport.nextDial().end(FailureKind.CONNECTION_REFUSED);
        FakeLink third = transport.nextDial().open();
        awaitReady(fleet, "quotes");
        third.dial().traffic().roundTrip(2_000_000);

        assertThat(count(registry, "flotilla.dials", "outcome", "opened")).isEqualTo(2);
        assertThat(count(registry, "flotilla.dials", "outcome", "failed")).isEqualTo(1);
        assertThat(count(registry, "flotilla.dials", "outcome", "abandoned")).isZero();
        assertThat(count(registry, "flotilla.failures", "kind", "LOST")).isEqualTo(1);
        assertThat(count(registry, "flotilla.failures", "kind", "CONNECTION_REFUSED"))
                .isEqualTo(1);
        assertThat(timed(registry, "flotilla.dial")).isEqualTo(2);
        assertThat(timed(registry, "flotilla.ready")).isEqualTo(2);
        assertThat(timed(registry, "flotilla.session")).isEqualTo(1);
        assertThat(timed(registry, "flotilla.recovery")).isEqualTo(1);
        assertThat(timed(registry, "flotilla.rtt")).isEqualTo(1);

        fleet.stop(ConnectionId.of("quotes")).toCompletableFuture().join();
        Waiting.until("both sessions are measured", () -> timed(registry, "flotilla.session") == 2);
        assertThat(count(registry, "flotilla.failures", "kind", "STOPPED_BY_OPERATOR"))
                .as("what was asked for is no failure")
                .isZero();
        bound.close();
        assertThat(registry.getMeters()).as("nothing is left behind").isEmpty();
    }

    @Test
    void countsADialThatWasTakenBack() {
        Fleet fleet = start(Metrics.DEFAULT);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        bind(fleet, registry);
        fleet.put(spec("quotes", Labels.NONE));
        transport.nextDial();
        fleet.stop(ConnectionId.of("quotes")).toCompletableFuture().join();

        Waiting.until("it is counted", () -> count(registry, "flotilla.dials", "outcome", "abandoned") == 1);
    }

    @Test
    void totalsNeverGoBackWhenConnectionsAreRemoved() {
        Fleet fleet = start(Metrics.DEFAULT);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        bind(fleet, registry);
        for (int i = 0; i < 3; i++) {
            dialled(fleet, "c" + i, Labels.NONE).receive("hello");
        }
        fleet.remove(ConnectionId.of("c0")).toCompletableFuture().join();
        fleet.remove(ConnectionId.of("c1")).toCompletableFuture().join();

        assertThat(fleet.totals().messagesIn()).isEqualTo(3);
        assertThat(fleet.totals().bytesIn()).isEqualTo(15);
        assertThat(fleet.totals().dials()).isEqualTo(3);
        assertThat(fleet.counts()).containsEntry(ConnectionState.READY, 1);
        Waiting.until("the meters are up to date", () -> count(registry, "flotilla.messages", "direction", "in") == 3);
        Waiting.until(
                "gauges follow",
                () -> registry.get("flotilla.connections")
                                .tag("state", "READY")
                                .gauge()
                                .value()
                        == 1);
    }

    @Test
    void tellsConnectionsApartByChosenLabelsWithinABound() {
        Fleet fleet = start(new Metrics(List.of("desk", "site-of"), 2));
        try (PrometheusText text = new PrometheusText(fleet)) {
            dialled(fleet, "a", Labels.of(Map.of("desk", "spot", "site-of", "x")))
                    .receive("1");
            dialled(fleet, "b", Labels.NONE).receive("22");
            for (String late : List.of("c", "d")) {
                dialled(fleet, late, Labels.of(Map.of("desk", late))).receive("333");
            }

            Waiting.until("the text is up to date", () -> text.scrape().contains("(other)"));
            Waiting.until(
                    "all are counted",
                    () -> text.scrape()
                            .contains(
                                    "flotilla_bytes_total{desk=\"(other)\",direction=\"in\",site_of=\"(other)\"} 6.0"));
            assertThat(text.scrape())
                    .contains("flotilla_bytes_total{desk=\"spot\",direction=\"in\",site_of=\"x\"} 1.0")
                    .contains("flotilla_bytes_total{desk=\"(none)\",direction=\"in\",site_of=\"(none)\"} 2.0")
                    .contains("flotilla_connections{desk=\"(other)\",site_of=\"(other)\",state=\"READY\"} 2.0")
                    .contains("flotilla_dials_total{desk=\"spot\",outcome=\"opened\",site_of=\"x\"} 1.0");
            assertThat(fleet.census()).hasSize(3);
        }
    }

    @Test
    void leavesInItsOldGroupWhatAConnectionDidThere() {
        Fleet fleet = start(new Metrics(List.of("desk"), 200));
        ConnectionId id = ConnectionId.of("a");
        FakeLink link = dialled(fleet, "a", Labels.of(Map.of("desk", "spot")));
        link.receive("1");
        fleet.put(spec("a", Labels.of(Map.of("desk", "swap"))))
                .toCompletableFuture()
                .join();
        link.receive("22");

        assertThat(bytesIn(fleet)).containsOnly(Map.entry("spot", 1L), Map.entry("swap", 2L));
        fleet.remove(id).toCompletableFuture().join();
        assertThat(bytesIn(fleet)).containsOnly(Map.entry("spot", 1L), Map.entry("swap", 2L));
        assertThat(fleet.totals().bytesIn()).isEqualTo(3);
    }

    @Test
    void hasNoLabelThatCarriesAnId() {
        Fleet fleet = start(Metrics.DEFAULT);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        bind(fleet, registry);
        dialled(fleet, "quotes", Labels.of(Map.of("desk", "spot"))).end(FailureKind.LOST);
        transport.nextDial();

        assertThat(registry.getMeters()).isNotEmpty();
        assertThat(new TreeSet<>(registry.getMeters().stream()
                        .map(Meter::getId)
                        .flatMap(meter -> meter.getTags().stream())
                        .map(tag -> tag.getKey())
                        .toList()))
                .containsExactly("direction", "kind", "le", "outcome", "phase", "state", "verdict");
        assertThat(registry.getMeters().toString()).doesNotContain("quotes");
    }

    private FleetMetrics bind(Fleet fleet, SimpleMeterRegistry registry) {
        FleetMetrics bound = FleetMetrics.bindTo(fleet, registry);
        bounds.add(bound);
        return bound;
    }

    private Fleet start(Metrics metrics) {
        Fleet fleet = Fleet.builder()
                .settings(FleetSettings.DEFAULT.seen(new Sight(metrics, 100, 1)))
                .transport("netty", transport)
                .onMessage(message -> {})
                .start();
        fleets.add(fleet);
        return fleet;
    }

    private FakeLink dialled(Fleet fleet, String id, Labels labels) {
        fleet.put(spec(id, labels));
        FakeLink link = transport.nextDial().open();
        awaitReady(fleet, id);
        return link;
    }

    private static void awaitReady(Fleet fleet, String id) {
        Waiting.until(
                id + " is ready",
                () -> fleet.status(ConnectionId.of(id))
                        .filter(status -> status.state() == ConnectionState.READY)
                        .isPresent());
    }

    private static ConnectionSpec spec(String id, Labels labels) {
        Settings.Retry retry = Settings.Retry.DEFAULT;
        return ConnectionSpec.of(id, "ws://" + id + ".test/")
                .with(change -> change.labels(labels.pairs())
                        .retry(new Settings.Retry(
                                Duration.ofMillis(100),
                                Duration.ofMillis(100),
                                1,
                                Duration.ofMillis(100),
                                retry.settleAfter(),
                                retry.hintCap(),
                                retry.maxAttempts(),
                                retry.slowLane())));
    }

    private static Map<String, Long> bytesIn(Fleet fleet) {
        Map<String, Long> bytes = new java.util.TreeMap<>();
        fleet.census()
                .forEach(group ->
                        bytes.put(group.group().values().get(0), group.totals().bytesIn()));
        return bytes;
    }

    private static double count(SimpleMeterRegistry registry, String name, String tag, String value) {
        return registry.find(name).tag(tag, value).meters().stream()
                .flatMap(meter ->
                        java.util.stream.StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(measured -> measured.getValue())
                .sum();
    }

    private static long timed(SimpleMeterRegistry registry, String name) {
        return registry.get(name).timer().count();
    }
}
