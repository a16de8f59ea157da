package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.FleetBuilder;
import io.flotilla.sink.Sink;
import io.flotilla.sink.SinkContext;
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
import java.util.concurrent.CompletionStage;

/** Everything that a service is made of, from its configuration. */
final class Wiring {

    private final Fleet fleet;
    private final Optional<Harbour> harbour;
    private final EventLog log;
    private final PrometheusText metrics;
    private final Trend trend;

    private Wiring(Fleet fleet, Optional<Harbour> harbour, EventLog log) {
        this.fleet = fleet;
        this.harbour = harbour;
        this.log = log;
        this.metrics = new PrometheusText(fleet);
        this.trend = Trend.follow(fleet, Clock.systemUTC());
    }

    /** @throws Main.Failed when a port is taken or a sink cannot open; what was started by then is closed */
    static Wiring start(ConfigArgument.Checked checked) {
        Configuration configuration = checked.configuration();
        Optional<Harbour> harbour = configuration.harbour().map(Wiring::harbour);
        List<Sink> opened = new ArrayList<>();
        try {
            EventLog log = new EventLog(Clock.systemUTC());
            FleetBuilder builder =
                    Fleet.builder().settings(configuration.settings()).onEvent(log);
            checked.sinks()
                    .forEach((name, opener) -> builder.sinkFrom(name, context -> open(name, opener, context, opened)));
            checked.credentials().forEach(builder::credential);
            checked.uriProviders().forEach(builder::uriProvider);
            return new Wiring(builder.start(), harbour, log);
        } catch (RuntimeException e) {
            opened.forEach(Sink::close);
            harbour.ifPresent(Harbour::close);
            throw e;
        }
    }

    private static Sink open(
            String name, io.flotilla.sink.SinkProvider.Opener opener, SinkContext context, List<Sink> opened) {
        try {
            Sink sink = opener.open(context);
            opened.add(sink);
            return sink;
        } catch (IOException e) {
            throw new Main.Failed("Sink [" + name + "] cannot open: " + e.getMessage(), e);
        }
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
