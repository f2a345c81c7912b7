#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread of the command itself; searches and ingests have their own.
struct BackgroundThread: @unchecked Sendable {
    private let thread: pthread_t

    /// Nil if the system refuses another thread.
    init?(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Body(run: body))
        #if canImport(Glibc)
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                    return nil
                }, context.toOpaque())
            self.thread = thread
        #else
            var thread: pthread_t?
            let code = pthread_create(
                &thread, nil,
                { argument in
                    Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                }, context.toOpaque())
            guard let thread else {
                context.release()
                return nil
            }
            self.thread = thread
        #endif
        if code != 0 {
            context.release()
            return nil
        }
    }

    /// Waits for its end. Once at most.
    func join() { pthread_join(thread, nil) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
