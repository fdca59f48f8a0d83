package io.bascule.signing.external;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The C interface of a PKCS#11 module (OASIS PKCS #11 Base Specification 2.40), as far as signing needs it, on systems where
 * a C {@code long} has 64 bits. Modules stay loaded until the process ends.
 */
final class Cryptoki {
    /** Where a function is in CK_FUNCTION_LIST, counted from 0 in the order of the specification's pkcs11f.h. */
    enum Function {
        INITIALIZE(0, ADDRESS),
        GET_SLOT_LIST(4, JAVA_BYTE, ADDRESS, ADDRESS),
        GET_TOKEN_INFO(6, JAVA_LONG, ADDRESS),
        OPEN_SESSION(12, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS),
        LOGIN(18, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
        GET_ATTRIBUTE_VALUE(24, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
        FIND_OBJECTS_INIT(26, JAVA_LONG, ADDRESS, JAVA_LONG),
        FIND_OBJECTS(27, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS),
        FIND_OBJECTS_FINAL(28, JAVA_LONG),
        SIGN_INIT(42, JAVA_LONG, ADDRESS, JAVA_LONG),
        SIGN(43, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);

        private final int index;

        @SuppressWarnings("ImmutableEnumChecker") // a value, whose class cannot say so
        private final FunctionDescriptor descriptor;

        Function(int index, MemoryLayout... parameters) {
            this.index = index;
            this.descriptor = FunctionDescriptor.of(JAVA_LONG, parameters);
        }
    }

    static final long OK = 0;
    static final long ATTRIBUTE_SENSITIVE = 0x11;
    static final long ATTRIBUTE_TYPE_INVALID = 0x12;
    static final long PIN_INCORRECT = 0xA0;
    static final long PIN_LEN_RANGE = 0xA2;
    static final long PIN_LOCKED = 0xA4;
    static final long USER_ALREADY_LOGGED_IN = 0x100;
    static final long USER_NOT_LOGGED_IN = 0x101;
    static final long TOKEN_NOT_PRESENT = 0xE0;
    static final long DEVICE_REMOVED = 0x32;
    private static final long ALREADY_INITIALIZED = 0x191;

    /** CK_VERSION before the pointers, padded. */
    private static final long FIRST_POINTER = 8;

    private static final int FUNCTIONS = 68;
    private static final Map<Path, Cryptoki> LOADED = new HashMap<>();

    private final Path module;
    private final MemorySegment functions;
    private final Map<Function, MethodHandle> handles = new HashMap<>();

    private Cryptoki(Path module, MemorySegment functions) {
        this.module = module;
        this.functions = functions;
    }

    /** {@return the module, loaded and initialized; the same each time} */
    static synchronized Cryptoki load(Path module) throws SignerException {
        var known = LOADED.get(module.toAbsolutePath());
        if (known != null) {
            return known;
        }
        if (longSize() != JAVA_LONG.byteSize()) {
            throw SignerException.permanent(
                    "PKCS#11 tokens are not for this system: its C long is not of 64 bits",
                    "sign on 64-bit Linux or macOS, or by --key command:PROGRAM");
        }
        MemorySegment start;
        try {
            start = SymbolLookup.libraryLookup(module.toAbsolutePath(), Arena.global())
                    .find("C_GetFunctionList")
                    .orElseThrow(() -> new IllegalArgumentException("it has no function C_GetFunctionList"));
        } catch (IllegalArgumentException e) {
            throw SignerException.permanent(
                    module + " is not a PKCS#11 module: " + e.getMessage(),
                    "name the library of the token's maker as module-path");
        }
        MemorySegment functions;
        try (var arena = Arena.ofConfined()) {
            var to = arena.allocate(ADDRESS);
            var status =
                    call(Linker.nativeLinker().downcallHandle(start, FunctionDescriptor.of(JAVA_LONG, ADDRESS)), to);
            functions = to.get(ADDRESS, 0).reinterpret(FIRST_POINTER + FUNCTIONS * ADDRESS.byteSize());
            if (status != OK) {
                throw failed("C_GetFunctionList", module, status);
            }
        }
        var cryptoki = new Cryptoki(module, functions);
        var status = cryptoki.status(Function.INITIALIZE, MemorySegment.NULL);
        if (status != OK && status != ALREADY_INITIALIZED) {
            throw failed("C_Initialize", module, status);
        }
        LOADED.put(module.toAbsolutePath(), cryptoki);
        return cryptoki;
    }

    private static long longSize() {
        var layout = Linker.nativeLinker().canonicalLayouts().get("long");
        return layout == null ? 0 : layout.byteSize();
    }

    Path module() {
        return module;
    }

    /** Calls a function, which must succeed. */
    void call(Function function, Object... arguments) throws SignerException {
        var status = status(function, arguments);
        if (status != OK) {
            throw failed(function, status);
        }
    }

    /** {@return that a function failed} */
    SignerException failed(Function function, long status) {
        return failed(String.valueOf(function), module, status);
    }

    /** {@return what a function returns, a CKR_ number; one call at a time, as the module is initialized for} */
    synchronized long status(Function function, Object... arguments) {
        var handle = handles.computeIfAbsent(
                function,
                wanted -> Linker.nativeLinker()
                        .downcallHandle(
                                functions.get(ADDRESS, FIRST_POINTER + wanted.index * ADDRESS.byteSize()),
                                wanted.descriptor));
        return call(handle, arguments);
    }

    private static long call(MethodHandle handle, Object... arguments) {
        try {
            return (long) handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError("native functions throw nothing, and these have the right arguments", e);
        }
    }

    /** {@return that a call failed, with what its number means if people can do something about it} */
    private static SignerException failed(String what, Path module, long status) {
        var text = module + ": " + what + " failed with CKR_0x" + Long.toHexString(status);
        if (status == PIN_INCORRECT || status == PIN_LEN_RANGE) {
            return SignerException.permanent(
                    module + ": the PIN is wrong", "give the right one: after a few wrong ones the token is locked");
        }
        if (status == PIN_LOCKED) {
            return SignerException.permanent(
                    module + ": the PIN is locked", "unlock the token with its maker's tool and the SO PIN or PUK");
        }
        if (status == TOKEN_NOT_PRESENT || status == DEVICE_REMOVED) {
            return SignerException.passing(module + ": the token is gone", "plug it in again");
        }
        if (status == USER_NOT_LOGGED_IN) {
            return SignerException.permanent(
                    text + ": the key wants its PIN for each signature, or the token another login",
                    "such keys can sign by --key command:PROGRAM");
        }
        return SignerException.passing(
                text, "the numbers are in PKCS #11 2.40, section 3.6; the token's maker may say more in a log");
    }
}
