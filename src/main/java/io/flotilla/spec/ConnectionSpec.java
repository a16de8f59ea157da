package io.flotilla.spec;

import io.flotilla.failure.Classification;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one connection should be, never how it is doing. Immutable; two equal specs are the same wish.
 *
 * @param failOver the URIs that are dialled in this order when {@code uri} does not open
 * @param uriFrom the name of the provider that is asked for the URI of each dial, given {@code uri}
 * @param transport the name of the transport that dials it
 * @param credential the name of the credential that stands in for {@code {credential}}
 * @param proxy the proxy on the way; empty: none
 * @param localAddress the address to dial from
 * @param sink the name of the sink that takes its messages; {@code none} and {@code handler} are always there
 * @param normalCloseIsDone whether a close with 1000 by the peer ends it for good
 * @param priority higher dials first
 * @param history how many of its events are kept
 * @param record bytes of its last frames that are kept; zero: none
 */
public record ConnectionSpec(
        ConnectionId id,
        WebSocketUri uri,
        List<WebSocketUri> failOver,
        Optional<String> uriFrom,
        Desired desired,
        String transport,
        List<Header> headers,
        Settings.Subprotocols subprotocols,
        Optional<String> credential,
        Settings.Tls tls,
        Optional<Proxy> proxy,
        Optional<InetAddress> localAddress,
        Settings.Redirects redirects,
        Settings.Timeouts timeouts,
        Settings.Retry retry,
        Settings.Liveness liveness,
        Settings.Send send,
        Settings.Receive receive,
        Settings.Compression compression,
        Classification classify,
        boolean normalCloseIsDone,
        Opening opening,
        int priority,
        Labels labels,
        String sink,
        Settings.OnHandlerError onHandlerError,
        int history,
        long record) {

    /** The sink that drops what it takes. */
    public static final String SINK_NONE = "none";

    /** URIs that may stand in for the first one. */
    private static final int MOST_URIS = 100;

    /** The sink that is the embedder's message handler. */
    public static final String SINK_HANDLER = "handler";

    public ConnectionSpec {
        headers = List.copyOf(headers);
        failOver = List.copyOf(failOver);
    }

    /** A spec with the defaults of {@code reference.conf}; its messages go to the embedder's handler. */
    public static ConnectionSpec of(String id, String uri) {
        return builder(id, uri).build();
    }

    public static Builder builder(String id, String uri) {
        return new Builder(ConnectionId.of(id), WebSocketUri.of(uri));
    }

    /** This spec with some of it changed. */
    public ConnectionSpec with(UnaryOperator<Builder> change) {
        return change.apply(new Builder(this)).build();
    }

    /** Where it dials, and through what. */
    public Endpoint endpoint() {
        return proxy.map(uri.endpoint()::through).orElse(uri.endpoint());
    }

    /** Whether a running connection of this spec can go on under the other one: they differ in labels or in whether it is wanted up. */
    public boolean sameConnection(ConnectionSpec other) {
        return equals(other.with(change -> change.labels(labels.pairs()).desired(desired)));
    }

    /** Builds a spec. Setters throw {@link IllegalArgumentException} with what was expected. Not thread-safe. */
    public static final class Builder {
        /** Stands for the URI of settings that are nobody's yet. */
        private static final WebSocketUri NOWHERE = WebSocketUri.of("ws://nowhere.invalid/");

        private final ConnectionId id;
        private @Nullable WebSocketUri uri;
        private List<WebSocketUri> failOver = List.of();
        private Optional<String> uriFrom = Optional.empty();
        private Desired desired = Desired.UP;
        private String transport = "netty";
        private List<Header> headers = List.of();
        private Settings.Subprotocols subprotocols = Settings.Subprotocols.NONE;
        private Optional<String> credential = Optional.empty();
        private Settings.Tls tls = Settings.Tls.DEFAULT;
        private Optional<Proxy> proxy = Optional.empty();
        private Optional<InetAddress> localAddress = Optional.empty();
        private Settings.Redirects redirects = Settings.Redirects.DEFAULT;
        private Settings.Timeouts timeouts = Settings.Timeouts.DEFAULT;
        private Settings.Retry retry = Settings.Retry.DEFAULT;
        private Settings.Liveness liveness = Settings.Liveness.DEFAULT;
        private Settings.Send send = Settings.Send.DEFAULT;
        private Settings.Receive receive = Settings.Receive.DEFAULT;
        private Settings.Compression compression = Settings.Compression.OFF;
        private Classification classify = Classification.STANDARD;
        private boolean normalCloseIsDone;
        private Opening opening = Opening.PLAIN;
        private int priority;
        private Labels labels = Labels.NONE;
        private String sink = SINK_HANDLER;
        private Settings.OnHandlerError onHandlerError = Settings.OnHandlerError.SKIP;
        private int history = 16;
        private long record;

        private Builder(ConnectionId id, @Nullable WebSocketUri uri) {
            this.id = id;
            this.uri = uri;
        }

        /** What stands before anything is said: the defaults of {@code reference.conf}, without a URI and with no sink. */
        static Builder blank() {
            return new Builder(ConnectionId.of("blank"), null).sink(SINK_NONE);
        }

        /** The same settings for another id. */
        Builder copy(ConnectionId other) {
            Builder copy = new Builder(spec(other, NOWHERE));
            copy.uri = uri;
            return copy;
        }

        private Builder(ConnectionSpec spec) {
            this(spec.id, spec.uri);
            failOver = spec.failOver;
            uriFrom = spec.uriFrom;
            desired = spec.desired;
            transport = spec.transport;
            headers = spec.headers;
            subprotocols = spec.subprotocols;
            credential = spec.credential;
            tls = spec.tls;
            proxy = spec.proxy;
            localAddress = spec.localAddress;
            redirects = spec.redirects;
            timeouts = spec.timeouts;
            retry = spec.retry;
            liveness = spec.liveness;
            send = spec.send;
            receive = spec.receive;
            compression = spec.compression;
            classify = spec.classify;
            normalCloseIsDone = spec.normalCloseIsDone;
            opening = spec.opening;
            priority = spec.priority;
            labels = spec.labels;
            sink = spec.sink;
            onHandlerError = spec.onHandlerError;
            history = spec.history;
            record = spec.record;
        }

        public Builder uri(String changed) {
            return uri(WebSocketUri.of(changed));
        }

        public Builder uri(WebSocketUri changed) {
            this.uri = changed;
            return this;
        }

        public Builder failOver(List<String> uris) {
            return failOverTo(uris.stream().map(WebSocketUri::of).toList());
        }

        Builder failOverTo(List<WebSocketUri> uris) {
            if (uris.size() > MOST_URIS) {
                throw new IllegalArgumentException(
                        "expected " + MOST_URIS + " URIs at the most and not " + uris.size());
            }
            this.failOver = List.copyOf(uris);
            return this;
        }

        public Builder uriFrom(String provider) {
            return uriFrom(Optional.of(provider));
        }

        Builder uriFrom(Optional<String> provider) {
            this.uriFrom = provider;
            return this;
        }

        public Builder desired(Desired wanted) {
            this.desired = wanted;
            return this;
        }

        public Builder transport(String name) {
            this.transport = name;
            return this;
        }

        public Builder headers(List<Header> sent) {
            this.headers = List.copyOf(sent);
            return this;
        }

        public Builder header(String name, String value) {
            var more = new java.util.ArrayList<>(headers);
            more.add(Header.of(name, value));
            return headers(more);
        }

        public Builder subprotocols(Settings.Subprotocols offered) {
            this.subprotocols = offered;
            return this;
        }

        public Builder credential(String name) {
            return credential(Optional.of(name));
        }

        Builder credential(Optional<String> name) {
            this.credential = name;
            return this;
        }

        public Builder tls(Settings.Tls settings) {
            this.tls = settings;
            return this;
        }

        public Builder proxy(Proxy onTheWay) {
            return proxy(Optional.of(onTheWay));
        }

        Builder proxy(Optional<Proxy> onTheWay) {
            this.proxy = onTheWay;
            return this;
        }

        public Builder redirects(Settings.Redirects settings) {
            this.redirects = settings;
            return this;
        }

        public Builder localAddress(InetAddress address) {
            return localAddress(Optional.of(address));
        }

        Builder localAddress(Optional<InetAddress> address) {
            this.localAddress = address;
            return this;
        }

        public Builder timeouts(Settings.Timeouts settings) {
            this.timeouts = settings;
            return this;
        }

        public Builder retry(Settings.Retry settings) {
            this.retry = settings;
            return this;
        }

        public Builder liveness(Settings.Liveness settings) {
            this.liveness = settings;
            return this;
        }

        public Builder send(Settings.Send settings) {
            this.send = settings;
            return this;
        }

        public Builder receive(Settings.Receive settings) {
            this.receive = settings;
            return this;
        }

        public Builder compression(Settings.Compression offer) {
            this.compression = offer;
            return this;
        }

        public Builder classify(Classification rules) {
            this.classify = rules;
            return this;
        }

        public Builder normalCloseIsDone(boolean done) {
            this.normalCloseIsDone = done;
            return this;
        }

        public Builder opening(Opening steps) {
            this.opening = steps;
            return this;
        }

        public Builder priority(int higherDialsFirst) {
            this.priority = higherDialsFirst;
            return this;
        }

        public Builder labels(Map<String, String> pairs) {
            this.labels = Labels.of(pairs);
            return this;
        }

        public Builder sink(String name) {
            this.sink = name;
            return this;
        }

        public Builder onHandlerError(Settings.OnHandlerError reaction) {
            this.onHandlerError = reaction;
            return this;
        }

        public Builder history(int events) {
            this.history = events;
            return this;
        }

        /**
         * Keeps the last frames.
         *
         * @param bytes zero for none, else {@link Settings#RECORD_LEAST} or more
         */
        public Builder record(long bytes) {
            if (bytes != 0 && bytes < Settings.RECORD_LEAST) {
                throw new IllegalArgumentException(
                        "record = " + bytes + " bytes; expected none or at least " + Settings.RECORD_LEAST);
            }
            this.record = bytes;
            return this;
        }

        /** What stands before a layer changes it; without a URI it leads nowhere. */
        ConnectionSpec soFar() {
            return spec(id, uri == null ? NOWHERE : uri);
        }

        ConnectionId id() {
            return id;
        }

        boolean hasUri() {
            return uri != null;
        }

        /** The spec, with what is equal to something of others shared with them. */
        ConnectionSpec build(Shared shared) {
            if (uri != null) {
                uri = uri.sharing(shared);
            }
            headers = shared.one(headers);
            subprotocols = shared.one(subprotocols);
            credential = shared.one(credential);
            tls = shared.one(tls);
            proxy = shared.one(proxy);
            localAddress = shared.one(localAddress);
            redirects = shared.one(redirects);
            timeouts = shared.one(timeouts);
            retry = shared.one(retry);
            liveness = shared.one(liveness);
            send = shared.one(send);
            receive = shared.one(receive);
            classify = shared.one(classify);
            opening = shared.one(opening);
            labels = shared.one(labels);
            sink = shared.one(sink);
            return build();
        }

        /**
         * The spec.
         *
         * @throws IllegalStateException without a URI
         */
        public ConnectionSpec build() {
            if (uri == null) {
                throw new IllegalStateException("Connection [" + id + "] has no uri");
            }
            return spec(id, uri);
        }

        private ConnectionSpec spec(ConnectionId of, WebSocketUri to) {
            return new ConnectionSpec(
                    of,
                    to,
                    failOver,
                    uriFrom,
                    desired,
                    transport,
                    headers,
                    subprotocols,
                    credential,
                    tls,
                    proxy,
                    localAddress,
                    redirects,
                    timeouts,
                    retry,
                    liveness,
                    send,
                    receive,
                    compression,
                    classify,
                    normalCloseIsDone,
                    opening,
                    priority,
                    labels,
                    sink,
                    onHandlerError,
                    history,
                    record);
        }
    }
}
