package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.spec.AdminSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.ActorMaterializer;
import org.apache.pekko.stream.ActorMaterializerSettings;
import org.apache.pekko.stream.Materializer;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of a fleet, and its dashboard. Lives in the fleet's actor system, on threads of its own. The fleet knows nothing of it. Safe
 * from any thread.
 */
public final class AdminServer {

    private static final String DISPATCHER = "flotilla-admin-dispatcher";
    private static final Duration LEAST_IDLE = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int LONGEST_URI = 8192;

    /** What the last bytes of a stream have to get to the socket. */
    private static final long LAST_WORDS_MILLIS = 100;

    /** Numbers of events rise from process to process, and stay exact in JavaScript. */
    private static final long EVENTS_PER_MILLI = 1000;

    private final ServerBinding binding;
    private final Materializer materializer;
    private final List<Route> routes;
    private final StreamRoutes streams;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();
    private Cancellable atTheEnd = Cancellable.alreadyCancelled();

    private AdminServer(ServerBinding binding, Materializer materializer, List<Route> routes, StreamRoutes streams) {
        this.binding = binding;
        this.materializer = materializer;
        this.routes = routes;
        this.streams = streams;
    }

    /** The same with {@link AdminParts#of}. */
    public static CompletionStage<AdminServer> start(Fleet fleet, AdminSettings settings) {
        return start(fleet, settings, AdminParts.of(fleet));
    }

    /**
     * Starts to listen. Looks the name of the address up, which may take its time.
     *
     * @throws IllegalArgumentException when the address is not loopback, by whatever name, and no token is asked for
     * @return fails when the port is taken
     */
    public static CompletionStage<AdminServer> start(Fleet fleet, AdminSettings settings, AdminParts parts) {
        InetAddress address = address(settings);
        ActorSystem system = fleet.actorSystem().classicSystem();
        EventRing ring = new EventRing(settings.events(), parts.clock().millis() * EVENTS_PER_MILLI);
        Doorkeeper doorkeeper = new Doorkeeper(settings, parts.clock());
        StreamRoutes streams = new StreamRoutes(fleet, ring, settings, doorkeeper);
        List<Route> routes = routes(fleet, settings, parts, ring, doorkeeper, streams);
        Materializer materializer = materializer(system);
        Router router = new Router(routes, doorkeeper, settings, fleet::isClosing, materializer);
        return Http.get(system)
                .newServerAt(address.getHostAddress(), settings.port())
                .withMaterializer(materializer)
                .adaptSettings(server -> adapted(server, settings))
                .bind(router::answer)
                .whenComplete((bound, thrown) -> {
                    if (thrown != null) {
                        materializer.shutdown();
                    } else {
                        Follower.follow(fleet, ring);
                    }
                })
                .thenApply(bound -> new AdminServer(bound, materializer, routes, streams).endingWith(system));
    }

    private static List<Route> routes(
            Fleet fleet,
            AdminSettings settings,
            AdminParts parts,
            EventRing ring,
            Doorkeeper doorkeeper,
            StreamRoutes streams) {
        List<Route> routes = new ArrayList<>();
        Stream.of(
                        new CommandRoutes(fleet, parts.drain()).table(), // before those with an id in the same place
                        new FleetRoutes(fleet, settings.readyShare(), parts, ring::last).table(),
                        new ConnectionRoutes(fleet).table(),
                        new PutRoutes(fleet, parts.specs()).table(),
                        new MessageRoutes(fleet).table(),
                        streams.table(),
                        new HealthRoutes(fleet, settings.readyShare(), parts).table(),
                        new PageRoutes(doorkeeper).table())
                .forEach(routes::addAll);
        return List.copyOf(routes);
    }

    /** What a name stands for is looked at, and bound to: it may stand for something else a moment later. */
    private static InetAddress address(AdminSettings settings) {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(settings.host());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "The HTTP API cannot listen at [" + settings.host()
                            + "] (admin.bind): there is no address of that name",
                    e);
        }
        if (settings.token().isEmpty() && !Stream.of(addresses).allMatch(InetAddress::isLoopbackAddress)) {
            throw new IllegalArgumentException("The HTTP API may not listen at [" + settings.host() + "], which is "
                    + addresses[0].getHostAddress()
                    + ": any address but loopback demands a token (admin.token)");
        }
        return addresses[0];
    }

    private static ServerSettings adapted(ServerSettings server, AdminSettings settings) {
        return server.withMaxConnections(settings.connections())
                .withTimeouts(server.getTimeouts()
                        .withIdleTimeout(scala.concurrent.duration.Duration.fromNanos(
                                idle(settings.keepAlive()).toNanos())))
                .withRemoteAddressAttribute(true)
                .withTransparentHeadRequests(true)
                .withServerHeader(Optional.empty())
                .withParserSettings(server.getParserSettings()
                        .withIllegalHeaderWarnings(false)
                        .withMaxUriLength(LONGEST_URI)
                        .withMaxContentLength(settings.requestLimit())) // of bodies that nobody reads, too
                .withParsingErrorHandler(Unreadable.class.getName());
    }

    /**
     * Silence after which a client is cut off, which keeps a socket from others. Longer than a stream is ever silent, and than an answer
     * may take.
     */
    static Duration idle(Duration keepAlive) {
        Duration streams = keepAlive.multipliedBy(2);
        return streams.compareTo(LEAST_IDLE) > 0 ? streams : LEAST_IDLE;
    }

    /** The only public way to give a server's streams threads of their own. */
    @SuppressWarnings("deprecation")
    private static Materializer materializer(ActorSystem system) {
        ActorMaterializerSettings settings = ActorMaterializerSettings.create(system);
        return ActorMaterializer.create(
                system.dispatchers().hasDispatcher(DISPATCHER) ? settings.withDispatcher(DISPATCHER) : settings,
                system,
                "flotilla-admin");
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** What is served; the description is held against it. */
    List<Route> routes() {
        return routes;
    }

    private AdminServer endingWith(ActorSystem system) {
        atTheEnd = CoordinatedShutdown.get(system)
                .addCancellableTask(
                        CoordinatedShutdown.PhaseServiceRequestsDone(),
                        "flotilla-admin",
                        () -> close().thenApply(nothing -> Done.getInstance()));
        return this;
    }

    /** Listens no more, ends the streams, and gives requests that are under way two seconds. The second call gives the stage of the first. */
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        if (!closing.compareAndSet(null, closed)) {
            return Objects.requireNonNull(closing.get());
        }
        atTheEnd.cancel();
        binding.unbind()
                .thenCompose(unbound ->
                        streams.end().toCompletableFuture().orTimeout(GRACE.toMillis(), TimeUnit.MILLISECONDS))
                // A server that is told to terminate cuts answers off that are on their way.
                .handleAsync(
                        (ended, late) -> binding.terminate(GRACE),
                        CompletableFuture.delayedExecutor(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS))
                .thenCompose(terminated -> terminated)
                .whenComplete((terminated, thrown) -> {
                    materializer.shutdown();
                    closed.complete(null);
                });
        return closed;
    }
}
