import time, threading
from cefn.platform.jobs import *
from cefn.platform.models import *
from cefn.platform.audit import *
from cefn.platform.audit_chain import *
import pytest
@pytest.mark.django_db(transaction=True)
def test_x(company, machine, handlers):
    handlers({"k": JobHandler(lambda run: None)})
    for c in (1,2):
        ids=jobs_enqueue(company_id=company.id, jobs=[JobDraft(kind="k") for i in range(400)], actor=machine)
        stop=threading.Event(); t=threading.Thread(target=lambda: worker_run(stop,c)); a=time.perf_counter(); t.start()
        while Job.objects.filter(pk__in=ids).exclude(state="done").exists(): time.sleep(0.02)
        print("jobs/s", c, 400/(time.perf_counter()-a)); stop.set(); t.join()
    N=20000
    a=time.perf_counter()
    for k in range(0,N,1000):
        audit_record(actor=machine, events=[AuditDraft(f"sales-order:SO-{i}","placed",{"lines":3,"total_minor":12345}) for i in range(k,k+1000)])
    b=time.perf_counter(); audit_seal(company.id); c=time.perf_counter(); r=audit_verify(company.id); d=time.perf_counter()
    print("record/s",N/(b-a),"seal/s",N/(c-b),"verify/s",N/(d-c), r.is_whole)
