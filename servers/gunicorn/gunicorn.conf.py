"""Tells the application when its workers are there: the first one serves while others are made."""


def when_ready(arbiter):
    import application  # loaded ahead of the workers, by --preload
    application.workers_count = arbiter.num_workers


def post_worker_init(worker):
    import application
    application.BOOTED[worker.age] = 1
