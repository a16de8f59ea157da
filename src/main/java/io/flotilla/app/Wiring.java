package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.FleetBuilder;
import io.flotilla.admin.AdminParts;
import io.flotilla.admin.AdminServer;
import io.flotilla.sink.Sink;
import io.flotilla.sink.SinkContext;
import io.flotilla.sink.SinkProvider;
import io.flotilla.spec.AdminSettings;
import io.flotilla.spec.Configuration;
import io.flotilla.telemetry.EventLog;
import io.flotilla.telemetry.PrometheusText;
import io.flotilla.telemetry.Trend;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that a service is made of, from its configuration. */
final class Wiring {

    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    private final Fleet fleet;
    private final Optional<Harbour> harbour;
    private final EventLog log;
    private final PrometheusText metrics;
    private final Trend trend;
    private final AtomicBoolean loaded = new AtomicBoolean();

    private Wiring(Fleet fleet, Optional<Harbour> harbour, EventLog log, Configuration configuration, Runnable drain) {
        this.fleet = fleet;
        this.harbour = harbour;
        this.log = log;
        this.metrics = new PrometheusText(fleet);
        this.trend = Trend.follow(fleet, Clock.systemUTC());
        try {
            serve(configuration, drain);
        } catch (RuntimeException e) {
            fleet.close().toCompletableFuture().join();
            trend.close();
            metrics.close();
            throw e;
        }
    }

    /**
     * Starts everything but the connections.
     *
     * @param drain is run when somebody asks for a drain over the API
     * @throws Main.Failed when a port is taken or a sink cannot open; what was started by then is closed
     */
    static Wiring start(ConfigArgument.Checked checked, Runnable drain) {
        Configuration configuration = checked.configuration();
        Optional<Harbour> harbour = configuration.harbour().map(Wiring::harbour);
        List<Sink> opened = new ArrayList<>();
        try {
            EventLog log = new EventLog(Clock.systemUTC());
            FleetBuilder builder =
                    Fleet.builder().settings(configuration.settings()).onEvent(log);
            checked.sinks().forEach((name, opener) -> builder.sinkFrom(name, context -> open(opener, context, opened)));
            checked.credentials().forEach(builder::credential);
            checked.uriProviders().forEach(builder::uriProvider);
            return new Wiring(start(builder), harbour, log, configuration, drain);
        } catch (RuntimeException e) {
            opened.forEach(Sink::close);
            harbour.ifPresent(Harbour::close);
            throw e;
        }
    }

    private static Fleet start(FleetBuilder builder) {
        try {
            return builder.start();
        } catch (UncheckedIOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new Main.Failed(String.valueOf(cause.getMessage()), e);
        }
    }

    private static Sink open(SinkProvider.Opener opener, SinkContext context, List<Sink> opened) throws IOException {
        Sink sink = opener.open(context);
        opened.add(sink);
        return sink;
    }

    /** The HTTP API, unless it is off; it ends with the fleet's actor system. */
    private void serve(Configuration configuration, Runnable drain) {
        AdminSettings settings = configuration.admin();
        if (!settings.enabled()) {
            return;
        }
        AdminParts parts = AdminParts.of(fleet)
                .specs(configuration.apiSpecs())
                .metrics(metrics::scrape)
                .trend(trend::steps)
                .loaded(loaded::get)
                .drain(drain);
        try {
            AdminServer admin = AdminServer.start(fleet, settings, parts)
                    .toCompletableFuture()
                    .join();
            LOG.info(
                    "HTTP API and dashboard: {}",
                    url(settings.host(), admin.address().getPort()));
        } catch (IllegalArgumentException e) {
            throw new Main.Failed(String.valueOf(e.getMessage()), e);
        } catch (CompletionException e) {
            throw new Main.Failed(
                    "The HTTP API cannot listen at " + settings.host() + ":" + settings.port() + " (admin.bind): "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
    }

    /** As a browser takes it. */
    static String url(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }

    private static Harbour harbour(Configuration.HarbourSettings settings) {
        try {
            return Harbour.builder()
                    .at(settings.host(), settings.port())
                    .remembering(0)
                    .start()
                    .on("/ticker", Script.ticker(Duration.ofSeconds(1)))
                    .on("/subscribe", Script.subscription());
        } catch (UncheckedIOException e) {
            throw new Main.Failed("The harbour cannot start (harbour.bind): " + e.getMessage(), e);
        }
    }

    /** Everything that is wanted was put: from now on the fleet may be ready. */
    void loaded() {
        loaded.set(true);
    }

    Fleet fleet() {
        return fleet;
    }

    /** Drains the fleet, then ends the rest. */
    CompletionStage<Void> close() {
        return fleet.close().whenComplete((nothing, thrown) -> {
            trend.close();
            metrics.close();
            log.close();
            harbour.ifPresent(Harbour::close);
        });
    }
}
