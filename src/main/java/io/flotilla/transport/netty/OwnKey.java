package io.flotilla.transport.netty;

import io.flotilla.spec.tls.KeyMaterial;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows our certificate to every peer that asks, whatever authorities it names: what it thinks of it, it says itself, and that is the
 * better reason. Remembers who asked: before TLS 1.3 a peer that misses a certificate does not say so in an alert of its own.
 */
final class OwnKey extends X509ExtendedKeyManager {

    private static final String ALIAS = "own";

    private final @Nullable KeyMaterial material;
    private final Set<SSLEngine> asking = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    OwnKey(Optional<KeyMaterial> material) {
        this.material = material.orElse(null);
    }

    /** In the form that both engines take; OpenSSL then reads the key once and not in each handshake. */
    KeyManagerFactory factory(boolean openSsl) {
        KeyManagerFactory factory = new Factory(this);
        return openSsl ? new OpenSslCachingX509KeyManagerFactory(factory) : factory;
    }

    /** Whether the peer of this engine asked for a certificate; forgotten with the answer. */
    boolean wasAsked(SSLEngine engine) {
        return asking.remove(engine);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] types, Principal @Nullable [] issuers, SSLEngine engine) {
        asking.add(engine);
        return material == null ? null : ALIAS;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return material == null ? null : ALIAS;
    }

    @Override
    public String @Nullable [] getClientAliases(@Nullable String type, Principal @Nullable [] issuers) {
        return material == null ? null : new String[] {ALIAS};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return material == null ? null : material.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return material == null ? null : material.key();
    }

    // It is no server's.

    @Override
    public String @Nullable [] getServerAliases(@Nullable String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    private static final class Factory extends SimpleKeyManagerFactory {
        private final OwnKey key;

        Factory(OwnKey key) {
            super("flotilla");
            this.key = key;
        }

        @Override
        protected void engineInit(KeyStore store, char[] password) {
            // it has its key
        }

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {
            // it has its key
        }

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {key};
        }
    }
}
