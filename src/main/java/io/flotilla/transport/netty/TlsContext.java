package io.flotilla.transport.netty;

import io.flotilla.spec.Endpoint;
import io.flotilla.spec.tls.KeyMaterial;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What dials with equal settings share: trust, key, and the sessions that may be resumed. What OpenSSL holds for it is released when no
 * dial has it any more; sockets that are open keep their own share.
 */
public final class TlsContext {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final long GOODBYE_MILLIS = 1000;

    private final SslContext context;
    private final boolean verifyHost;
    private final OwnKey key;
    private final Optional<KeyMaterial> material;
    private final Optional<String> fingerprint;
    private final Cleaner.Cleanable release;

    TlsContext(SslContext context, boolean verifyHost, OwnKey key, Optional<KeyMaterial> material) {
        this.context = context;
        this.verifyHost = verifyHost;
        this.key = key;
        this.material = material;
        this.fingerprint = material.map(KeyMaterial::fingerprint);
        this.release = CLEANER.register(this, () -> ReferenceCountUtil.release(context));
    }

    /** A handler for one dial, with server name indication and host name verification. */
    public SslHandler handler(Endpoint endpoint, ByteBufAllocator allocator) {
        String host = withoutDot(endpoint.host());
        SSLEngine engine = context.newEngine(allocator, host, endpoint.port());
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(verifyHost ? "HTTPS" : "");
        if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(0); // the dial has a deadline of its own
        handler.setCloseNotifyFlushTimeoutMillis(GOODBYE_MILLIS);
        handler.setCloseNotifyReadTimeoutMillis(0);
        return handler;
    }

    /** A name may end with a dot in a URI; never in a certificate or a server name (RFC 6066 3). */
    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** Whether the peer asked for our certificate; to be asked once, when the handshake is over. */
    public boolean wasAskedForOurs(SslHandler handler) {
        return key.wasAsked(handler.engine());
    }

    /** Names the certificate that we show. */
    public Optional<String> fingerprint() {
        return fingerprint;
    }

    /** Why a peer may not have accepted us, for people. */
    public String rejected() {
        return material.map(KeyMaterial::certificate)
                .map(own -> "the peer does not accept our certificate ["
                        + own.getSubjectX500Principal().getName() + "], valid from "
                        + own.getNotBefore().toInstant() + " to "
                        + own.getNotAfter().toInstant())
                .orElse("the peer does not accept us without a certificate of ours, and tls.key names none");
    }

    /** Releases what OpenSSL holds, when nothing is dialled with it any more. */
    void release() {
        release.clean();
    }
}
